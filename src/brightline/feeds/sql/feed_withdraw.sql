-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- seen: feed.run_read
-- params: {run, reason (at least 20 characters)}
-- result: the run, withdrawn
DECLARE r feed.run; wanted uuid := line.uuid(p, 'run'); why text := line.need(p, 'reason', 2000);
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = wanted AND x.feed IN (SELECT feed.mine(ctx));
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'is too short', 'Say in a sentence what was wrong with the run.'); END IF;
  IF r.state <> 'published' THEN
    PERFORM line.conflict(ctx, 'state', format('The run is %s, so there is nothing to withdraw.', r.state),
      'Only a published run can be withdrawn.');
  END IF;
  IF EXISTS (SELECT FROM feed.run x WHERE x.feed = r.feed AND x.state IN ('queued', 'running')) THEN
    PERFORM line.conflict(ctx, 'running', 'The feed is being refreshed.', 'Wait for that run to end.');
  END IF;
  IF NOT EXISTS (SELECT FROM feed.feed f WHERE f.name = r.feed AND f.last_run = r.id) THEN
    PERFORM line.conflict(ctx, 'later_run', 'A later run has been published since.', 'Withdraw the later one first.');
  END IF;
  RETURN feed.withdraw(r.id, why);
END
