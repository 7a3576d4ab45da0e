-- act: view
-- kind: query
-- roles: steward, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {name, run?, state?, limit?, offset?}
-- result: {items: [{id, run, row, key, column, reason, text, value, at, state}], total}; open ones unless state or run
--   says otherwise
DECLARE wanted text := line.need(p, 'name', 100); which uuid := line.uuid(p, 'run');
how text := line.text(p, 'state', 20);
  most integer := least(greatest(line.int(p, 'limit', 50), 1), 200);
  past integer := greatest(line.int(p, 'offset', 0), 0);
BEGIN
  IF NOT EXISTS (SELECT FROM feed.mine(ctx) m WHERE m = wanted) THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object(
    'total', (SELECT count(*) FROM feed.quarantine q WHERE q.feed = wanted AND (which IS NULL OR q.run = which)
      AND (q.state = how OR how IS NULL AND (which IS NOT NULL OR q.state = 'open'))),
    'items', COALESCE((SELECT jsonb_agg(jsonb_build_object('id', q.id, 'run', q.run, 'row', q.row, 'key', q.source_key,
        'column', q.column_name, 'reason', q.reason, 'text', q.detail, 'value', q.value, 'at',
          line.stamp(q.at), 'state', q.state)
        ORDER BY q.at DESC, q.row, q.id)
      FROM (SELECT * FROM feed.quarantine x WHERE x.feed = wanted AND (which IS NULL OR x.run = which)
        AND (x.state = how OR how IS NULL AND (which IS NOT NULL OR x.state = 'open'))
        ORDER BY x.at DESC, x.row, x.id LIMIT most OFFSET past) q), '[]'));
END
