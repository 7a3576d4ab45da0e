-- What a crossing opens: frozen copies in a compartment of their own, entered into the accounting of each person's
-- data.
-- callers: none

-- Which kind of paper opens what carries this caveat to another purpose (the rulebook's crossing.instruments); null:
-- none does.
CREATE OR REPLACE FUNCTION line.crossing_form(caveat text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.rule('crossing.instruments') ->> caveat;

-- No paper opens to a regime what the rulebook lets none of its purposes be cleared for.
CREATE OR REPLACE FUNCTION line.crossing_clearable(c line.crossing, caveat text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE((SELECT jsonb_exists(line.rule('clearable') -> caveat, b.regime) FROM line.purpose p
  JOIN line.authority b ON b.code = p.authority
  WHERE p.id = c.beneficiary), false);

-- Caveats of these aspects that need more than an approval: {caveat, kind, met}. Met by an instrument of that kind
-- which the request names and the legal review confirmed.
CREATE OR REPLACE FUNCTION line.crossing_needs(c line.crossing) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('caveat', v.caveat, 'kind', CASE
  WHEN line.crossing_clearable(c, v.caveat) THEN line.crossing_form(v.caveat) END, 'met',
      line.crossing_form(v.caveat) IS NOT NULL AND line.crossing_clearable(c, v.caveat) AND v.caveat = ANY (c.covers)
        AND EXISTS (SELECT FROM jsonb_array_elements(c.instruments) i
        WHERE i ->> 'caveat' = v.caveat AND i ->> 'kind' = line.crossing_form(v.caveat))) ORDER BY v.caveat), '[]')
  FROM (SELECT DISTINCT u AS caveat FROM line.crossing_targets(c.id) a JOIN line.marking m
    ON m.id = a.marking, unnest(m.caveats) u
    WHERE NOT u = ANY (line.rule_texts('open_caveats')) AND u <> 'crossed') v);

-- Does this marking stay closed whatever is decided? In an emergency everything does that more than an approval guards,
-- and nobody is told: the asking side gets the same answer as for an id that doesn't exist.
CREATE OR REPLACE FUNCTION line.crossing_shut(c line.crossing, marked integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.marking m, unnest(m.caveats) v WHERE m.id = marked AND v <> 'crossed'
  AND NOT v = ANY (line.rule_texts('open_caveats'))
  AND (c.state = 'emergency' OR line.crossing_form(v) IS NULL OR NOT line.crossing_clearable(c, v)
    OR NOT v = ANY (c.covers)));

-- How many people of each category would be affected, and how many things that are no people: told before the decision.
CREATE OR REPLACE FUNCTION line.crossing_people(ctx line.context, c line.crossing, side text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('category', g.category, 'people', g.people, 'others', g.others)
  ORDER BY g.category), '[]')
  FROM (SELECT x ->> 'category' AS category, count(DISTINCT x ->> 'id') FILTER
    (WHERE x ->> 'schema' IN ('Person', 'LegalEntity')) AS people,
      count(DISTINCT x ->> 'id') FILTER (WHERE NOT x ->> 'schema' IN ('Person', 'LegalEntity')) AS others
    FROM jsonb_array_elements(line.crossing_preview(ctx, c, side) || line.leads_preview(c, side,
      ctx.unit)) x GROUP BY 1) g);

-- Names what an approver was shown: people by category, values, instruments. A decision carries it back.
CREATE OR REPLACE FUNCTION line.crossing_seen(c line.crossing) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE nobody line.context;
BEGIN
  RETURN encode(sha256(convert_to(c.id::text || (line.crossing_preview(nobody, c, 'approver') || line.leads_preview(c,
    'approver', NULL))::text
    || line.crossing_people(nobody, c, 'approver')::text || c.instruments::text || c.covers::text, 'UTF8')), 'hex');
END $$;

-- Search words of one copy: those that the caller made of the named fields and that the original has too, so that a
-- copy can't be found by a field that wasn't named, nor by an invented word. Scoped markings carry their number.
CREATE OR REPLACE FUNCTION line.crossing_keys(a content.aspect, words jsonb, label integer) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT CASE WHEN n.scoped THEN n.id || ':' ELSE '' END || k
  FROM line.marking o, line.marking n, unnest(a.keys) had
    CROSS JOIN LATERAL (SELECT CASE WHEN o.scoped THEN substr(had, length(o.id || ':') + 1) ELSE had END AS k) w
  WHERE o.id = a.marking AND n.id = label AND jsonb_exists(COALESCE(words -> 'keys', '[]'), k) ORDER BY 1);

-- The frozen copies: schema, the named fields, nothing else that the original knows.
CREATE OR REPLACE FUNCTION line.crossing_copy(c line.crossing, copies jsonb) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a content.aspect; props jsonb; made jsonb; label integer; id uuid; made_ids uuid[] := '{}'; days date[];
BEGIN
  FOR a IN SELECT * FROM line.crossing_targets(c.id) LOOP
    props := line.crossing_named(a.properties, c.fields);
    CONTINUE WHEN props = '{}' OR line.crossing_shut(c, a.marking);
    SELECT e INTO made FROM jsonb_array_elements(copies) e WHERE e ->> 'aspect' = a.id::text LIMIT 1;
    label := line.crossed_marking(a.marking);
    id := gen_random_uuid();
    days := ARRAY(SELECT left(v, 10)::date FROM jsonb_each(props) e, jsonb_array_elements_text(e.value) v
      WHERE e.key ~* 'date$' AND v ~ '^\d{4}-\d{2}-\d{2}' AND pg_input_is_valid(left(v, 10), 'date') ORDER BY 1);
    INSERT INTO content.aspect (id, record, source, entity, cluster, marking, compartment, schema,
      caption, properties, original,
        keys, text, places, first, last)
      VALUES (id, gen_random_uuid(), a.source, a.entity,
        COALESCE((SELECT k.cluster FROM line.entity_cluster k WHERE k.entity = a.entity),
          a.entity), label, c.id, a.schema,
        COALESCE(props -> 'name' ->> 0, a.source || '-' || replace(a.entity::text, '-', '')), props,
        line.crossing_named(a.original, c.fields), line.crossing_keys(a, made, label),
        to_tsvector('pg_catalog.simple', COALESCE(made ->> 'document',
          (SELECT string_agg(v, ' ') FROM jsonb_each(props) e, jsonb_array_elements_text(e.value) v), '')),
        CASE WHEN ARRAY['latitude', 'longitude'] <@ c.fields THEN a.places ELSE '[]'
          END, days[1], days[cardinality(days)]);
    INSERT INTO line.crossing_aspect (crossing, aspect, entity, original, source, digest)
      VALUES (c.id, id, a.entity, a.id, a.source, line.crossing_digest(a, c.fields));
    made_ids := made_ids || id;
  END LOOP;
  RETURN made_ids;
END $$;

-- Links cross only when they were named, and only those between two items that cross.
CREATE OR REPLACE FUNCTION line.crossing_copy_links(c line.crossing) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking, compartment,
    from_date, to_date, weight)
  SELECT md5(c.id::text || l.id::text)::uuid, l.src, l.dst, l.kind, l.forward, md5(c.id::text || l.aspect::text)::uuid,
    md5(c.id::text || l.record::text)::uuid, l.source, line.crossed_marking(l.marking), c.id,
      l.from_date, l.to_date, l.weight
  FROM content.link l
  WHERE c.links AND l.compartment IS NULL
    AND l.src IN (SELECT x.entity FROM line.crossing_aspect x WHERE x.crossing = c.id)
    AND l.dst IN (SELECT x.entity FROM line.crossing_aspect x WHERE x.crossing = c.id)
$$;

-- What is written on a crossing's copies carries the join of all of them and of the case itself: the strictest parent.
CREATE OR REPLACE FUNCTION line.crossing_derived(c line.crossing) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT line.join_markings(array_agg(DISTINCT a.marking) || line.case_marking(b.authority))
  FROM line.crossing_aspect x JOIN content.aspect a ON a.id = x.aspect AND a.entity = x.entity, line.purpose b
  WHERE x.crossing = c.id AND b.id = c.beneficiary GROUP BY b.authority);

-- Date, nature, purpose, recipient's name and address of a crossing, person by person, in the same accounting as what
-- leaves the organisation (552a(c)(1); rule 13): a table that a purge leaves alone. Each entity once for one crossing.
CREATE OR REPLACE FUNCTION line.crossing_account(ctx line.context, c line.crossing, until timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO disclosures.accounting (disclosure, entity, released, nature, purpose, recipient, address,
    authority, fields, keep_until)
    SELECT c.number, t.entity, ctx.at, format('internal crossing to %s work%s, open until %s', a.regime,
        CASE WHEN c.state = 'emergency' THEN ' in an emergency' ELSE ''
          END, to_char(until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'),
      c.necessity, format('%s, %s', line.accounts_title(c.requester), u.title), COALESCE(NULLIF(u.contact, ''),
        u.title), c.basis, c.fields,
      (CURRENT_DATE + interval '6 years')::date
    FROM (SELECT x.entity FROM line.crossing_aspect x WHERE x.crossing = c.id
        UNION SELECT f.subject FROM line.lead_purpose l JOIN leads.lead f ON f.id = l.lead
          WHERE l.purpose = c.beneficiary) t,
      line.purpose b JOIN line.unit u ON u.name = b.unit JOIN line.authority a ON a.code = b.authority
    WHERE b.id = c.beneficiary AND NOT EXISTS (SELECT FROM disclosures.accounting o WHERE o.disclosure = c.number
      AND o.entity = t.entity)
$$;

-- The compartment with its copies, opened to one purpose from a moment to another. An emergency's copies are made anew
-- when it is approved, since an approver has seen these and not those.
CREATE OR REPLACE FUNCTION line.crossing_lay_open(ctx line.context, c line.crossing, copies jsonb,
  since timestamptz, until timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO line.compartment (id, kind) VALUES (c.id, 'crossing') ON CONFLICT DO NOTHING;
  DELETE FROM content.aspect a USING line.crossing_aspect x WHERE x.crossing = c.id AND a.id = x.aspect
    AND a.entity = x.entity;
  DELETE FROM content.link l WHERE l.compartment = c.id;
  DELETE FROM line.crossing_aspect x WHERE x.crossing = c.id;
  PERFORM line.crossing_copy(c, copies);
  PERFORM line.crossing_copy_links(c);
  UPDATE line.crossing x SET derived = line.crossing_derived(c) WHERE x.id = c.id;
  INSERT INTO line.compartment_open (compartment, purpose, starts, expires) VALUES (c.id, c.beneficiary, since, until)
    ON CONFLICT (purpose, compartment) DO UPDATE SET starts = excluded.starts, expires = excluded.expires;
  PERFORM line.crossing_account(ctx, c, until);
  -- What an instrument opens, the purpose's visible set has to learn before its next call.
  IF c.covers <> '{}' THEN DELETE FROM line.visible_set v WHERE v.purpose = c.beneficiary; END IF;
END $$;
