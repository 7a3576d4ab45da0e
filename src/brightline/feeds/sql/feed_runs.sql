-- act: view
-- kind: query
-- roles: steward, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {name, limit?, offset?}
-- result: {runs: [run], total}
DECLARE wanted text := line.need(p, 'name', 100);
  most integer := least(greatest(line.int(p, 'limit', 50), 1), 200);
  past integer := greatest(line.int(p, 'offset', 0), 0);
BEGIN
  IF NOT EXISTS (SELECT FROM feed.mine(ctx) m WHERE m = wanted) THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('total', (SELECT count(*) FROM feed.run x WHERE x.feed = wanted),
    'runs', COALESCE((SELECT jsonb_agg(feed.summary(r) ORDER BY r.queued DESC) FROM (SELECT * FROM feed.run x
      WHERE x.feed = wanted ORDER BY x.queued DESC LIMIT most OFFSET past) r), '[]'));
END
