-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {ids: at most 300}
-- result: {events: [{id, on: [entity], kind, sort: thing | link, caption, other, from, to, source, marking, place}],
--   places: [{on, lat, lon, label, via, caption}], unplaced: [{on, label, via, marking}] addresses without coordinates,
--   entities: {uuid: [printed id, caption, schema]}, capped, places_capped: places of the first links alone, markings}
DECLARE
  each_most constant integer := 200;
  looked_at constant integer := 1000;
  most constant integer := 2000;
  near constant integer := 60;
  ids uuid[] := line.uuids(p, 'ids', 300);
  members uuid[]; canonicals uuid[]; events jsonb; places jsonb; entities jsonb; capped boolean;
  placed_capped boolean; unplaced jsonb;
BEGIN
  -- A LIMIT tempts the planner to read a table from its start until enough is found; among hidden rows that may be
  -- never.
  PERFORM set_config('enable_seqscan', 'off', true);
  IF cardinality(ids) = 0 THEN PERFORM line.bad('ids', 'is empty', 'Name at least one entity by its id.'); END IF;
  SELECT array_agg(j.member), array_agg(j.canonical) INTO members, canonicals
    FROM (SELECT DISTINCT x.member, x.canonical FROM content.joined(ids) x) j;
  IF members IS NULL THEN PERFORM line.missing(ctx); END IF;
  SELECT jsonb_object_agg(c.canonical, jsonb_build_array(c.card ->> 'id', c.card ->> 'caption',
    c.card ->> 'schema')) INTO entities
    FROM content.cards(canonicals, members) c;

  WITH m AS MATERIALIZED (SELECT * FROM unnest(members, canonicals) u (member, canonical)),
  own AS MATERIALIZED (SELECT a.id, m.canonical, a.schema AS kind, a.caption, a.first, a.last, a.source, a.marking,
    a.places -> 0 AS place, a.properties
    FROM m CROSS JOIN LATERAL (SELECT x.* FROM content.aspect x WHERE x.entity = m.member AND x.first IS NOT NULL
      LIMIT each_most + 1) a),
  tied AS MATERIALIZED (SELECT l.*, m.canonical, row_number() OVER (PARTITION BY m.member
    ORDER BY l.at DESC, l.id) AS nth
    FROM m CROSS JOIN LATERAL (SELECT x.id, x.dst, x.kind, x.aspect, x.record, x.source, x.marking,
      COALESCE(x.from_date, x.to_date) AS at,
      COALESCE(x.to_date, x.from_date) AS until, x.from_date, x.to_date FROM content.link x WHERE x.src = m.member
        AND COALESCE(x.from_date, x.to_date) IS NOT NULL
      LIMIT looked_at) l),
  bound AS MATERIALIZED (SELECT t.id, t.kind, t.at, t.until, t.from_date, t.to_date, t.source, t.marking, t.aspect,
    t.record, jsonb_agg(DISTINCT t.canonical) AS named,
      (array_agg(t.dst ORDER BY t.dst = ANY (members), t.dst))[1] AS other
    FROM tied t WHERE t.nth <= each_most GROUP BY t.id, t.kind, t.at, t.until, t.from_date, t.to_date, t.source,
      t.marking, t.aspect, t.record),
  every AS (
    SELECT o.first AS at, jsonb_build_object('id', o.id, 'sort', 'thing', 'on', jsonb_build_array(o.canonical), 'kind',
      o.kind, 'caption', o.caption,
      'source', o.source, 'marking', o.marking, 'place', o.place) || content.dated(o.properties, o.first,
        COALESCE(o.last, o.first)) AS event FROM own o
    UNION ALL
    SELECT b.at, jsonb_build_object('id', b.id, 'sort', 'link', 'on', b.named, 'kind', b.kind, 'caption',
      far.caption, 'other', far.id,
      'source', b.source, 'marking', b.marking, 'place', COALESCE(said.place, far.place)) || COALESCE(said.dates,
        jsonb_build_object('from', b.from_date, 'to', b.to_date))
    FROM bound b LEFT JOIN LATERAL (SELECT content.dated(a.properties, b.at, b.until) AS dates, CASE
      WHEN a.places <> '[]' THEN a.places -> 0 END AS place
      FROM content.aspect a WHERE a.record = b.record AND a.id = b.aspect LIMIT 1) said ON true
    CROSS JOIN LATERAL (SELECT content.printed(x.source, x.schema, x.entity) AS id, x.caption, x.places -> 0 AS place
      FROM content.aspect x WHERE x.entity = b.other ORDER BY x.id LIMIT 1) far)
  SELECT COALESCE(jsonb_agg(e.event ORDER BY e.at, e.event ->> 'id'), '[]'), (SELECT count(*) FROM every) > most
      OR EXISTS (SELECT FROM tied t WHERE t.nth > each_most) OR EXISTS (SELECT FROM own o GROUP BY o.canonical
        HAVING count(*) > each_most)
    INTO events, capped FROM (SELECT * FROM every ORDER BY at DESC, event ->> 'id' LIMIT most) e;

  WITH m AS MATERIALIZED (SELECT * FROM unnest(members, canonicals) u (member, canonical)),
  spot AS (
    SELECT m.canonical, m.member AS via, 0 AS far FROM m
    UNION SELECT m.canonical, l.dst, 1 FROM m CROSS JOIN LATERAL (SELECT x.dst FROM content.link x
      WHERE x.src = m.member LIMIT near) l)
  SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_object('on', s.canonical, 'lat', a.place -> 'lat',
    'lon', a.place -> 'lon',
      'label', COALESCE(a.place ->> 'label', a.caption), 'via', CASE WHEN s.far = 1
        THEN content.printed(a.source, a.schema, a.entity) END,
      'marking', a.marking)) FILTER (WHERE a.place IS NOT NULL), '[]'),
      -- Addresses that no coordinates are known of: on no map, so they are named beside it.
      COALESCE(jsonb_agg(DISTINCT jsonb_build_object('on', s.canonical, 'label', a.caption, 'via',
        CASE WHEN s.far = 1 THEN
        content.printed(a.source, a.schema, a.entity) END, 'marking', a.marking)) FILTER (WHERE a.place IS NULL), '[]'),
      EXISTS (SELECT FROM m WHERE (SELECT count(*) FROM (SELECT FROM content.link x WHERE x.src = m.member
        LIMIT near + 1) y) > near)
        OR (SELECT count(*) FROM spot) > most * 5 INTO places, unplaced, placed_capped
    FROM (SELECT * FROM spot ORDER BY far LIMIT most * 5) s CROSS
      JOIN LATERAL (SELECT x.source, x.schema, x.entity, x.caption, x.marking,
      e AS place FROM content.aspect x LEFT JOIN LATERAL jsonb_array_elements(x.places) e ON true
      WHERE x.entity = s.via AND (x.places <> '[]' OR x.schema = 'Address' AND NOT EXISTS (SELECT FROM content.aspect y
        WHERE y.entity = s.via AND y.places <> '[]'))
      LIMIT 5) a;

  RETURN jsonb_build_object('events', events, 'places', places, 'unplaced', unplaced, 'entities', entities, 'capped',
    capped, 'places_capped', placed_capped,
    'markings', line.marking_words(ARRAY(SELECT (e ->> 'marking')::integer
      FROM jsonb_array_elements(events || places || unplaced) e
      WHERE e ->> 'marking' IS NOT NULL GROUP BY 1)), '_shown', to_jsonb(members));
END
