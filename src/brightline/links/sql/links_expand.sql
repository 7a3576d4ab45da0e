-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {ids: at most 50, kinds, from, to, limit 1–500 edges a node, hops 1–3}
-- result: {centers, nodes: {canonical id: card with degree}, edges: [{id, a, b, kind, from, to, weight, source, record,
--   record_id, aspect, marking}], kinds: [[kind, count]], total, capped, hubs: [entity], markings}
DECLARE
  hub constant integer := 1000;
  counted constant integer := 10000;
  farther constant integer := 25;
  most_nodes constant integer := 500;
  ids uuid[] := line.uuids(p, 'ids', 50);
  kinds text[] := line.texts(p, 'kinds', 50);
  since date := line.date(p, 'from'); until date := line.date(p, 'to');
  want integer := line.int(p, 'limit', 50);
  hops integer := line.int(p, 'hops', 1);
  frontier uuid[]; seen uuid[]; centers uuid[]; reached uuid[];
  edges jsonb := '[]'; step jsonb; by_kind jsonb; hubs uuid[] := '{}'; total bigint; capped boolean;
BEGIN
  -- A LIMIT tempts the planner to read a table from its start until enough is found; among hidden rows that may be
  -- never.
  PERFORM set_config('enable_seqscan', 'off', true);
  IF cardinality(ids) = 0 THEN PERFORM line.bad('ids', 'is empty', 'Name at least one entity by its id.'); END IF;
  IF want NOT BETWEEN 1 AND 500 THEN PERFORM line.bad('limit', 'must be 1 to 500', 'Leave it out for 50.'); END IF;
  IF hops NOT BETWEEN 1 AND 3 THEN
    PERFORM line.bad('hops', 'must be 1 to 3', 'Expand step by step, or ask for a path.'); END IF;
  SELECT array_agg(DISTINCT j.member), array_agg(DISTINCT j.canonical) INTO frontier, centers
    FROM content.joined(ids) j;
  IF frontier IS NULL OR EXISTS (SELECT FROM unnest(ids) i WHERE i <> ALL (frontier)) THEN
    PERFORM line.missing(ctx); END IF;
  seen := frontier;

  -- What began and isn't said to be over goes on: an end that isn't said meets every range on its side. Without any
  -- date: none. How many there are of each kind, over what this purpose sees, up to a cap: a hub is said to be one.
  SELECT COALESCE(jsonb_agg(jsonb_build_array(k.kind, k.n) ORDER BY k.n DESC, k.kind), '[]'),
      COALESCE(sum(k.n) FILTER (WHERE cardinality(kinds) = 0 OR k.kind = ANY (kinds)), 0),
        COALESCE(sum(k.n), 0) >= counted
    INTO by_kind, total, capped
    FROM (SELECT l.kind, count(*) AS n FROM (SELECT x.kind FROM content.link x WHERE x.src = ANY (frontier)
      AND (since IS NULL OR x.to_date >= since OR x.to_date IS NULL AND x.from_date IS NOT NULL)
      AND (until IS NULL OR x.from_date <= until OR x.from_date IS NULL AND x.to_date IS NOT NULL)
        LIMIT counted) l GROUP BY 1) k;

  FOR hop IN 1 .. hops LOOP
    SELECT jsonb_agg(jsonb_build_object('id', l.id, 'a', CASE WHEN l.forward THEN l.src ELSE l.dst END, 'b', CASE
      WHEN l.forward THEN l.dst ELSE l.src END,
        'kind', l.kind, 'from', l.from_date, 'to', l.to_date, 'weight', l.weight, 'source', l.source, 'record_id',
          l.record, 'aspect', l.aspect,
        'marking', l.marking)), array_agg(DISTINCT l.dst) INTO step, reached
      FROM unnest(frontier) f CROSS JOIN LATERAL (SELECT y.* FROM (SELECT x.* FROM content.link x WHERE x.src = f
          AND (cardinality(kinds) = 0 OR x.kind = ANY (kinds)) AND (since IS NULL OR x.to_date >= since
            OR x.to_date IS NULL AND x.from_date IS NOT NULL)
          AND (until IS NULL OR x.from_date <= until OR x.from_date IS NULL AND x.to_date IS NOT NULL) LIMIT hub) y
        ORDER BY COALESCE(y.to_date, y.from_date) DESC NULLS LAST, y.weight DESC, y.kind, y.id LIMIT CASE hop WHEN 1
          THEN want ELSE farther END) l;
    EXIT WHEN step IS NULL;
    edges := edges || step;
    hubs := hubs || ARRAY(SELECT f FROM unnest(frontier) f CROSS JOIN LATERAL (SELECT count(*) AS n
      FROM (SELECT FROM content.link x
      WHERE x.src = f LIMIT hub + 1) y) c WHERE c.n > hub);
    frontier := ARRAY(SELECT unnest(reached) EXCEPT SELECT unnest(seen));
    seen := seen || frontier;
    EXIT WHEN cardinality(frontier) = 0 OR cardinality(seen) > most_nodes;
  END LOOP;
  RETURN content.dress(edges, centers, hub) || jsonb_build_object('centers', to_jsonb(centers), 'kinds',
    by_kind, 'total', total,
    'capped', capped, 'hubs', to_jsonb(hubs));
END
