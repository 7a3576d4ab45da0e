-- act: view
-- kind: query
-- roles: steward, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {name}
-- result: a feed of feed_list with manifest, mapping, expect, marking, keys, folder, digest and its last ten runs
DECLARE f feed.feed; wanted text := line.need(p, 'name', 100);
BEGIN
  SELECT * INTO f FROM feed.feed x WHERE x.name = wanted AND x.name IN (SELECT feed.mine(ctx));
  IF f.name IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('name', f.name, 'title', f.title, 'source', f.source, 'format', f.format, 'mode', f.mode,
    'schedule', f.schedule, 'state', f.state, 'records', f.records, 'aspects', f.aspects, 'links', f.links,
    'folder', f.folder, 'digest', f.digest,
    'mapping', COALESCE(f.manifest -> 'mapping', '{}'), 'expect', COALESCE(f.manifest -> 'expect', '{}'),
    'marking', COALESCE(f.manifest -> 'marking', '{}'), 'keys', COALESCE(f.manifest #> '{input,keys}', '[]'),
    'quarantine', (SELECT count(*) FROM feed.quarantine q WHERE q.feed = f.name AND q.state = 'open'),
    'last_run', (SELECT feed.summary(r) FROM feed.run r WHERE r.feed = f.name ORDER BY r.queued DESC LIMIT 1),
    'runs', COALESCE((SELECT jsonb_agg(feed.summary(r) ORDER BY r.queued DESC) FROM (SELECT * FROM feed.run x
      WHERE x.feed = f.name ORDER BY x.queued DESC LIMIT 10) r), '[]')) || feed.freshness(f.name);
END
