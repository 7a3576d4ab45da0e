-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: done by the worker, which has read the row it works on
-- params: {target: case-data | records}
-- result: {target, waiting}: what the worker takes up next
DECLARE aim text := line.need(p, 'target', 40);
BEGIN
  IF aim NOT IN ('case-data', 'records') THEN PERFORM line.bad('target', 'is no flow', 'case-data or records.'); END IF;
  RETURN jsonb_build_object('target', aim, 'waiting', CASE aim WHEN 'case-data'
    THEN (SELECT count(*) FROM warehouse.outbox o WHERE o.held IS NULL)
    ELSE (SELECT count(*) FROM feed.run r WHERE r.state = 'published' AND r.delta_version IS NULL) END);
END
