-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: starts a new run, which is held where it differs too much
-- params: {name, mode?: full|incremental, input?: a file on the server}
-- result: the run, queued
DECLARE wanted text := line.need(p, 'name', 100); how text := line.text(p, 'mode', 20); f feed.feed; made uuid;
BEGIN
  SELECT * INTO f FROM feed.feed x WHERE x.name = wanted AND x.name IN (SELECT feed.mine(ctx));
  IF f.name IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF how IS NOT NULL AND how NOT IN ('full', 'incremental') THEN
    PERFORM line.bad('mode', 'is neither full nor incremental', 'Leave it out to use the feed''s own.'); END IF;
  IF EXISTS (SELECT FROM feed.run r WHERE r.feed = f.name AND r.state IN ('queued', 'running')) THEN
    PERFORM line.conflict(ctx, 'running', format('The feed %s is being refreshed already.', f.name),
      'Wait for that run to end.');
  END IF;
  INSERT INTO feed.run (feed, mode, input, account, account_name, unit)
  VALUES (f.name, CASE how WHEN 'full' THEN 'snapshot' WHEN 'incremental' THEN 'incremental' ELSE f.mode END,
    line.text(p, 'input', 1000), ctx.account, ctx.account_name, ctx.unit) RETURNING id INTO made;
  PERFORM feed.queue(made);
  RETURN (SELECT feed.summary(r) FROM feed.run r WHERE r.id = made);
END
