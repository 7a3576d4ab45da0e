-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {id, as_of}
-- result: {id, schema, schemata, caption, members, first, last, aspects: [{id, entity, source, record, version, schema,
--   caption, properties, original, marking, hash, at, run, compartment, first, last}], older: [{record, version, at,
--   payload}], captions:
--   {entity: [printed id, caption]}, places, links: [[kind, count]], capped: {aspects: of more than 500 the
--   first, links: the first 10000 are counted}, markings, rules, pointers}
DECLARE
  most_links constant integer := 10000;
  most_aspects constant integer := 500;
  wanted uuid := line.uuid(p, 'id');
  moment timestamptz := COALESCE(line.time(p, 'as_of'), 'infinity');
  members uuid[]; canonical uuid; card jsonb; aspects jsonb; r jsonb;
BEGIN
  IF wanted IS NULL THEN PERFORM line.bad('id', 'is missing', 'Name the entity by the id that a list printed.'); END IF;
  SELECT array_agg(DISTINCT j.member), (array_agg(j.canonical))[1] INTO members, canonical
    FROM content.joined(ARRAY[wanted]) j;
  IF members IS NULL THEN PERFORM line.missing(ctx); END IF;
  SELECT c.card INTO card FROM content.cards(array_fill(canonical, ARRAY[cardinality(members)]), members) c;

  SELECT jsonb_agg(jsonb_build_object('id', a.id, 'entity', content.printed(a.source, a.schema,
    a.entity), 'source', a.source,
      'record', rec.source || ':' || rec.source_key, 'record_id', a.record, 'version', content.version_told(rec.source,
        rec.source_key, rec.version), 'schema', a.schema, 'caption', a.caption,
      'properties', a.properties, 'original', a.original, 'marking', a.marking, 'hash', encode(rec.hash, 'hex'),
        'at', line.stamp(rec.at),
      'run', a.run, 'compartment', a.compartment IS NOT NULL, 'first', a.first, 'last', a.last, 'places', a.places)
      ORDER BY a.source, rec.at, a.id) INTO aspects
  FROM (SELECT x.* FROM content.aspect x WHERE x.entity = ANY (members) ORDER BY x.entity, x.id LIMIT most_aspects) a
  LEFT JOIN LATERAL (SELECT y.* FROM content.record y WHERE y.id = a.record) rec ON true
  WHERE rec.at IS NULL OR rec.at <= moment;

  -- Values that name another entity: its caption, where it may be seen.
  r := (SELECT COALESCE(jsonb_object_agg(t.entity,
    jsonb_build_array(content.printed(t.source, t.schema, t.entity), t.caption)), '{}')
    FROM (SELECT DISTINCT v::uuid AS id FROM jsonb_array_elements(aspects) a, jsonb_each(a -> 'properties') e,
        jsonb_array_elements_text(CASE WHEN jsonb_typeof(e.value) = 'array' THEN e.value ELSE '[]' END) v
      WHERE v ~ '^[0-9a-f]{32}$' LIMIT 1000) wanted_ids
    CROSS JOIN LATERAL (SELECT x.* FROM content.aspect x WHERE x.entity = wanted_ids.id ORDER BY x.id LIMIT 1) t);

  RETURN card || jsonb_build_object(
    'members', (SELECT jsonb_agg(DISTINCT a -> 'entity') FROM jsonb_array_elements(aspects) a),
    'aspects', COALESCE(aspects, '[]'), 'captions', r,
    'older', CASE WHEN moment = 'infinity' THEN '[]'
      ELSE (SELECT COALESCE(jsonb_agg(jsonb_build_object('record', o.source || ':' || o.source_key,
        'version', content.version_told(o.source, o.source_key, o.version), 'at', line.stamp(o.at), 'payload',
          o.payload) ORDER BY o.source, o.source_key), '[]')
      FROM (SELECT DISTINCT now_rec.source, now_rec.source_key FROM content.aspect a
          CROSS JOIN LATERAL (SELECT y.* FROM content.record y WHERE y.id = a.record AND y.at > moment) now_rec
          WHERE a.entity = ANY (members)) k
      CROSS JOIN LATERAL (SELECT y.* FROM content.record y WHERE y.source = k.source
        AND y.source_key = k.source_key AND y.at <= moment
        ORDER BY y.version DESC LIMIT 1) o) END,
    'links', (SELECT COALESCE(jsonb_agg(jsonb_build_array(kind, n) ORDER BY n DESC, kind), '[]')
      FROM (SELECT l.kind, count(*) AS n
      FROM (SELECT x.kind FROM content.link x WHERE x.src = ANY (members) LIMIT most_links) l GROUP BY 1) k),
    'capped', jsonb_build_object(
      'aspects', (SELECT count(*) FROM (SELECT FROM content.aspect x WHERE x.entity = ANY (members)
        LIMIT most_aspects + 1) c) > most_aspects,
      'links', (SELECT count(*) FROM (SELECT FROM content.link x WHERE x.src = ANY (members)
        LIMIT most_links + 1) c) > most_links),
    'markings', line.marking_words(ARRAY(SELECT jsonb_array_elements_text(card -> 'markings')::integer)),
    'rules', line.rules_for(ARRAY(SELECT jsonb_array_elements_text(card -> 'markings')::integer)),
    'pointers', line.pointers_of(ctx, wanted),
    '_shown', to_jsonb(members));
END
