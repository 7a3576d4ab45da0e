-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- token: yes
-- params: {watch?, limit? = 100 (1–500), offset?}
-- result: {hits: [{watch, query, at, run, id, schema, caption, source, marking}], total, markings}; newest first
DECLARE which uuid := line.uuid(p, 'watch'); most integer := line.int(p, 'limit', 100);
skip integer := GREATEST(line.int(p, 'offset', 0), 0); hits jsonb; n bigint;
BEGIN
  IF most NOT BETWEEN 1 AND 500 THEN PERFORM line.bad('limit', 'must be 1 to 500', 'Leave it out for 100.'); END IF;
  IF which IS NOT NULL AND NOT EXISTS (SELECT FROM analysis.watch w WHERE w.id = which) THEN
    PERFORM line.missing(ctx); END IF;
  SELECT count(*) INTO n FROM analysis.hit h JOIN analysis.watch w ON w.id = h.watch
    WHERE (which IS NULL OR w.id = which) AND EXISTS (SELECT FROM content.aspect a WHERE a.entity = h.entity);
  -- What a hit shows is read now, by this pass: what has been hidden since is not told.
  SELECT COALESCE(jsonb_agg(x.hit ORDER BY x.at DESC, x.entity), '[]') INTO hits FROM (
    SELECT h.at, h.entity, jsonb_build_object('watch', w.id, 'query', w.query, 'at', line.stamp(h.at), 'run',
      h.run, 'entity', h.entity,
      'id', content.printed(a.source, a.schema, a.entity), 'schema', a.schema, 'caption', a.caption, 'source', a.source,
        'marking', a.marking) AS hit
    FROM analysis.hit h JOIN analysis.watch w ON w.id = h.watch
    CROSS JOIN LATERAL (SELECT y.* FROM content.aspect y WHERE y.entity = h.entity
      ORDER BY y.record <> h.record, y.id LIMIT 1) a
    WHERE which IS NULL OR w.id = which ORDER BY h.at DESC, h.entity LIMIT most OFFSET skip) x;
  RETURN jsonb_build_object('hits', (SELECT COALESCE(jsonb_agg(h - 'entity'), '[]')
    FROM jsonb_array_elements(hits) h), 'total', n,
    'markings', line.marking_words(ARRAY(SELECT DISTINCT (h ->> 'marking')::integer FROM jsonb_array_elements(hits) h)),
    '_shown', (SELECT COALESCE(jsonb_agg(DISTINCT h -> 'entity'), '[]') FROM jsonb_array_elements(hits) h));
END
