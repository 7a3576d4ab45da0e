-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- seen: feed.run_read
-- params: {run, reason (at least 20 characters)}
-- result: the run, failed
DECLARE r feed.run; wanted uuid := line.uuid(p, 'run'); why text := line.need(p, 'reason', 2000);
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = wanted AND x.feed IN (SELECT feed.mine(ctx));
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'is too short', 'Say in a sentence why the run is ended.'); END IF;
  IF r.state NOT IN ('queued', 'running') THEN
    PERFORM line.conflict(ctx, 'state', format('The run is %s already.', r.state), 'A published run can be withdrawn.');
  END IF;
  PERFORM feed.fail(r.id, 'ended', format('Ended by %s: %s', ctx.account_name, why), '{}');
  RETURN (SELECT feed.summary(x) FROM feed.run x WHERE x.id = r.id);
END
