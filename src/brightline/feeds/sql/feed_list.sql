-- act: view
-- kind: query
-- roles: steward, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {feeds: [{name, title, source, format, mode, schedule, state, records, aspects, links, quarantine, last_run,
--   looked, data_changed}]}
BEGIN
  RETURN jsonb_build_object('feeds', COALESCE((SELECT jsonb_agg(jsonb_build_object('name', f.name, 'title', f.title,
      'source', f.source, 'format', f.format, 'mode', f.mode, 'schedule', f.schedule, 'state',
        f.state, 'records', f.records,
      'aspects', f.aspects, 'links', f.links,
      'quarantine', (SELECT count(*) FROM feed.quarantine q WHERE q.feed = f.name AND q.state = 'open'),
      'last_run', (SELECT feed.summary(r) FROM feed.run r WHERE r.feed = f.name ORDER BY r.queued DESC LIMIT 1)) ||
        feed.freshness(f.name) ORDER BY f.name)
    FROM feed.feed f WHERE f.name IN (SELECT feed.mine(ctx))), '[]'));
END
