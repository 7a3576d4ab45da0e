-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- token: yes
-- params: {bulk, sample?: boolean, judged?: boolean, limit? 1–200, offset?}
-- result: {items: [{hit, place, query, born, entity, id, schema, caption, source, score, matched, sample, found,
--   expires, verdict, actionable, compared, reason, judge, judged}], total, open, markings}; what expired unjudged
--   isn't there
DECLARE
  r bulk.request := bulk.find(ctx, p); most integer := line.int(p, 'limit', 50);
  skip integer := line.int(p, 'offset', 0);
  drawn boolean := line.bool(p, 'sample', NULL); done boolean := line.bool(p, 'judged', NULL); items jsonb;
  n bigint; left_open bigint;
BEGIN
  IF most NOT BETWEEN 1 AND 200 THEN PERFORM line.bad('limit', 'must be 1 to 200', 'Leave it out for 50.'); END IF;
  IF skip NOT BETWEEN 0 AND 100000 THEN
    PERFORM line.bad('offset', 'must be 0 to 100,000', 'Leave it out for 0.'); END IF;
  SELECT count(*), count(*) FILTER (WHERE h.verdict IS NULL) INTO n, left_open FROM bulk.hit h WHERE h.request = r.id
    AND (drawn IS NULL OR h.sampled = drawn)
    AND (done IS NULL OR (h.verdict IS NOT NULL) = done) AND EXISTS (SELECT FROM content.aspect a
      WHERE a.entity = ANY (h.members));
  SELECT COALESCE(jsonb_agg(x.hit ORDER BY x.place, x.score DESC, x.id), '[]') INTO items FROM (
    SELECT h.place, h.score, h.id, jsonb_build_object('hit', h.id, 'place', h.place, 'query', l.q, 'born', l.born,
      'entity', a.entity, 'id', content.printed(a.source, a.schema, a.entity),
        'schema', a.schema, 'caption', a.caption, 'source', a.source, 'marking', a.marking, 'score', h.score, 'matched',
          to_jsonb(h.matched), 'sample', h.sampled, 'found', line.stamp(h.found),
        'expires', CASE WHEN h.verdict IS NULL THEN line.stamp(h.expires) END, 'verdict', h.verdict, 'actionable',
          h.strong, 'compared', to_jsonb(v.compared), 'reason', v.reason,
        'judge', line.accounts_title(v.account), 'judged', line.stamp(v.at)) AS hit
    FROM bulk.hit h CROSS JOIN LATERAL (SELECT y.* FROM content.aspect y WHERE y.entity = ANY (h.members)
      ORDER BY y.entity <> h.entity, y.id LIMIT 1) a
      LEFT JOIN bulk.line l ON l.request = h.request AND l.place = h.place
      LEFT JOIN LATERAL (SELECT z.* FROM bulk.verdict z WHERE z.hit = h.id ORDER BY z.at DESC LIMIT 1) v ON true
    WHERE h.request = r.id AND (drawn IS NULL OR h.sampled = drawn) AND (done IS NULL OR (h.verdict IS NOT NULL) = done)
    ORDER BY h.place, h.score DESC, h.id LIMIT most OFFSET skip) x;
  RETURN jsonb_build_object('items', (SELECT COALESCE(jsonb_agg(i - 'entity' ORDER BY o), '[]')
    FROM jsonb_array_elements(items) WITH ORDINALITY e (i, o)), 'total', n, 'open', left_open,
    'markings', line.marking_words(ARRAY(SELECT DISTINCT (i ->> 'marking')::integer
      FROM jsonb_array_elements(items) i)),
    '_shown', (SELECT COALESCE(jsonb_agg(DISTINCT i -> 'entity'), '[]') FROM jsonb_array_elements(items) i), '_count',
      jsonb_array_length(items));
END
