-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: starts a new run, of the rows that were rejected
-- params: {name, ids?: [uuid] (default: all open), input?: a file on the server with the fixed rows}
-- result: the run, queued; it takes the fixed rows as an increment, or without a file reads the feed's input again
DECLARE wanted text := line.need(p, 'name', 100); f feed.feed; made uuid; which uuid[] := line.uuids(p, 'ids');
BEGIN
  SELECT * INTO f FROM feed.feed x WHERE x.name = wanted AND x.name IN (SELECT feed.mine(ctx));
  IF f.name IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF EXISTS (SELECT FROM feed.run r WHERE r.feed = f.name AND r.state IN ('queued', 'running')) THEN
    PERFORM line.conflict(ctx, 'running', format('The feed %s is being refreshed already.', f.name),
      'Wait for that run to end.');
  END IF;
  which := ARRAY(SELECT q.id FROM feed.quarantine q WHERE q.feed = f.name AND q.state = 'open'
    AND (cardinality(which) = 0 OR q.id = ANY (which)) LIMIT 10000);
  IF cardinality(which) = 0 THEN
    PERFORM line.conflict(ctx, 'state', 'None of these rows is open in quarantine.',
      'List them: brightline feed quarantine NAME.');
  END IF;
  INSERT INTO feed.run (feed, kind, mode, input, account, account_name, unit, replays)
  VALUES (f.name, 'replay', 'incremental', line.text(p, 'input', 1000), ctx.account, ctx.account_name, ctx.unit, which)
  RETURNING id INTO made;
  PERFORM feed.queue(made);
  RETURN (SELECT feed.summary(r) FROM feed.run r WHERE r.id = made);
END
