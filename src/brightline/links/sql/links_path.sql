-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {a, b, max_hops 1–12, kinds, from, to, limit 1–10 paths}
-- result: {found, hops, paths: [[entity, …]], nodes, edges, hubs: number passed by, capped, markings}
DECLARE
  -- Whoever has more links than this isn't passed through: everybody is two steps from everybody by way of a bank.
  hub constant integer := 500;
  -- Entities that are looked at in all, on both sides.
  most constant integer := 400000;
  ends_a uuid[]; ends_b uuid[];
  max_hops integer := line.int(p, 'max_hops', 6);
  want integer := line.int(p, 'limit', 3);
  kinds text[] := line.texts(p, 'kinds', 50);
  since date := line.date(p, 'from'); until date := line.date(p, 'to');
  -- All that was reached from either side, level after level; ends[n] is where level n stops.
  left_all uuid[]; left_ends integer[]; right_all uuid[]; right_ends integer[];
  frontier uuid[]; fresh uuid[]; meet uuid[];
  from_left boolean; barred uuid[]; hubs uuid[] := '{}'; capped boolean := false;
  filter text := ''; spread text; back text;
  trail jsonb; dressed jsonb; n integer;
BEGIN
  -- A LIMIT tempts the planner to read a table from its start until enough is found; among hidden rows that may be
  -- never.
  PERFORM set_config('enable_seqscan', 'off', true);
  IF line.uuid(p, 'a') IS NULL THEN PERFORM line.bad('a', 'is missing', 'Name both ends by their ids.'); END IF;
  IF line.uuid(p, 'b') IS NULL THEN PERFORM line.bad('b', 'is missing', 'Name both ends by their ids.'); END IF;
  IF max_hops NOT BETWEEN 1 AND 12 THEN PERFORM line.bad('max_hops', 'must be 1 to 12', 'Leave it out for 6.'); END IF;
  IF want NOT BETWEEN 1 AND 10 THEN PERFORM line.bad('limit', 'must be 1 to 10', 'Leave it out for 3.'); END IF;
  ends_a := ARRAY(SELECT DISTINCT j.member FROM content.joined(ARRAY[line.uuid(p, 'a')]) j);
  ends_b := ARRAY(SELECT DISTINCT j.member FROM content.joined(ARRAY[line.uuid(p, 'b')]) j);
  IF cardinality(ends_a) = 0 OR cardinality(ends_b) = 0 THEN PERFORM line.missing(ctx); END IF;
  IF cardinality(kinds) > 0 THEN filter := format(' AND l.kind = ANY (%L::text[])', kinds::text); END IF;
  -- An end that isn't said is open, as in links_expand.
  IF since IS NOT NULL THEN filter := filter ||
    format(' AND (l.to_date >= %L::date OR l.to_date IS NULL AND l.from_date IS NOT NULL)', since); END IF;
  IF until IS NOT NULL THEN filter := filter ||
    format(' AND (l.from_date <= %L::date OR l.from_date IS NULL AND l.to_date IS NOT NULL)', until); END IF;
  -- One query per frontier; from the index alone where no date is asked for.
  spread := format('WITH step AS MATERIALIZED (SELECT f AS src, l.dst FROM unnest($1) f CROSS JOIN LATERAL
      (SELECT l.dst FROM content.link l WHERE l.src = f%s LIMIT CASE WHEN $3 THEN %s ELSE %s END) l),
    barred AS MATERIALIZED (SELECT h.src FROM step h WHERE NOT $3 GROUP BY h.src HAVING count(*) > %s)
    SELECT ARRAY(SELECT s.dst FROM step s WHERE s.src NOT IN (TABLE barred) EXCEPT SELECT unnest($2)),
      ARRAY(TABLE barred)',
    filter, most, hub + 1, hub);

  left_all := ends_a; left_ends := ARRAY[cardinality(ends_a)];
  right_all := ends_b; right_ends := ARRAY[cardinality(ends_b)];
  meet := ARRAY(SELECT unnest(ends_a) INTERSECT SELECT unnest(ends_b));
  WHILE cardinality(meet) = 0 AND cardinality(left_ends) + cardinality(right_ends) - 2 < max_hops LOOP
    -- The smaller front goes on.
    n := cardinality(left_ends);
    from_left := left_ends[n] - COALESCE(left_ends[n - 1], 0)
      <= right_ends[cardinality(right_ends)] - COALESCE(right_ends[cardinality(right_ends) - 1], 0);
    IF from_left THEN
      frontier := left_all[COALESCE(left_ends[n - 1], 0) + 1 : left_ends[n]];
      EXECUTE spread INTO fresh, barred USING frontier, left_all, n = 1;
      left_all := left_all || fresh; left_ends := left_ends || cardinality(left_all);
      meet := ARRAY(SELECT unnest(fresh) INTERSECT SELECT unnest(right_all));
    ELSE
      n := cardinality(right_ends);
      frontier := right_all[COALESCE(right_ends[n - 1], 0) + 1 : right_ends[n]];
      EXECUTE spread INTO fresh, barred USING frontier, right_all, n = 1;
      right_all := right_all || fresh; right_ends := right_ends || cardinality(right_all);
      meet := ARRAY(SELECT unnest(fresh) INTERSECT SELECT unnest(left_all));
    END IF;
    hubs := hubs || barred;
    IF cardinality(meet) > 0 THEN
      -- Two fronts may meet in a hub, too: that isn't passed through either, unless it is an end itself.
      barred := ARRAY(SELECT m FROM unnest(meet) m WHERE m <> ALL (ends_a || ends_b)
        AND (SELECT count(*) FROM (SELECT FROM content.link l WHERE l.src = m LIMIT hub + 1) x) > hub);
      hubs := hubs || barred;
      meet := ARRAY(SELECT unnest(meet) EXCEPT SELECT unnest(barred));
    END IF;
    EXIT WHEN cardinality(fresh) = 0;
    IF cardinality(left_all) + cardinality(right_all) > most THEN capped := cardinality(meet) = 0; EXIT; END IF;
  END LOOP;
  IF cardinality(meet) = 0 THEN
    RETURN content.dress('[]', ends_a[1:1] || ends_b[1:1], 0) || jsonb_build_object('found', false, 'hops',
      NULL, 'paths', '[]'::jsonb,
      'hubs', (SELECT count(DISTINCT h) FROM unnest(hubs) h), 'capped', capped);
  END IF;

  -- Back from where the fronts met, level by level, a few paths of the one shortest length.
  trail := (SELECT jsonb_agg(jsonb_build_array(m)) FROM (SELECT unnest(meet) AS m ORDER BY 1 LIMIT want) x);
  back :=
    format('SELECT jsonb_agg(s.t) FROM (SELECT DISTINCT CASE WHEN $3 THEN jsonb_build_array(l.dst) || t.t
      ELSE t.t || to_jsonb(l.dst) END AS t
    FROM jsonb_array_elements($1) t (t) CROSS JOIN LATERAL (SELECT DISTINCT l.dst FROM content.link l
      WHERE l.src = (t.t ->> (CASE WHEN $3 THEN 0 ELSE -1 END))::uuid AND l.dst = ANY ($2) AND l.dst <> ALL ($4)%s) l
        ORDER BY 1 LIMIT %s) s', filter, want);
  FOR k IN REVERSE cardinality(left_ends) - 1 .. 1 LOOP
    EXECUTE back INTO trail USING trail, left_all[COALESCE(left_ends[k - 1], 0) + 1 : left_ends[k]], true, hubs;
  END LOOP;
  FOR k IN REVERSE cardinality(right_ends) - 1 .. 1 LOOP
    EXECUTE back INTO trail USING trail, right_all[COALESCE(right_ends[k - 1], 0) + 1 : right_ends[k]], false, hubs;
  END LOOP;
  n := cardinality(left_ends) + cardinality(right_ends) - 2;
  EXECUTE format($q$
    SELECT content.dress(COALESCE(jsonb_agg(jsonb_build_object('id', l.id, 'a', CASE
      WHEN l.forward THEN l.src ELSE l.dst END,
      'b', CASE WHEN l.forward THEN l.dst
        ELSE l.src END, 'kind', l.kind, 'from', l.from_date, 'to', l.to_date, 'weight', l.weight, 'source', l.source,
      'record_id', l.record, 'aspect', l.aspect, 'marking', l.marking)), '[]'),
      ARRAY(SELECT DISTINCT v::uuid FROM jsonb_array_elements($1) t, jsonb_array_elements_text(t) v), 0)
    FROM (SELECT DISTINCT (t ->> (i - 1))::uuid AS a, (t ->> i)::uuid AS b
      FROM jsonb_array_elements($1) t, generate_series(1, %s) i) s
    CROSS JOIN LATERAL (SELECT l.* FROM content.link l WHERE l.src = s.a AND l.dst = s.b%s ORDER BY l.id LIMIT 10) l
  $q$, n, filter) INTO dressed USING trail;
  -- Nodes are named as the entities that they were merged into, so the paths are, too.
  trail := (SELECT jsonb_agg(DISTINCT (SELECT jsonb_agg(COALESCE(dressed -> 'canonical' -> v, to_jsonb(v)) ORDER BY o)
    FROM jsonb_array_elements_text(t) WITH ORDINALITY x (v, o))) FROM jsonb_array_elements(trail) t);
  RETURN dressed || jsonb_build_object('found', true, 'hops', n, 'paths', trail, 'capped', false,
    'hubs', (SELECT count(DISTINCT h) FROM unnest(hubs) h));
END
