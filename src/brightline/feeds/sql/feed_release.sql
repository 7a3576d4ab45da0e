-- act: change
-- kind: command
-- roles: steward, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: feed.run_read
-- params: {run, reason (at least 20 characters)}
-- result: a run, queued, that reads the same input again and isn't held for what the first was held for
DECLARE r feed.run; wanted uuid := line.uuid(p, 'run'); why text := line.need(p, 'reason', 2000); made uuid;
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = wanted AND x.feed IN (SELECT feed.mine(ctx));
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'is too short', 'Say in a sentence how you know that the source did change so.'); END IF;
  IF r.state <> 'failed' OR r.code <> ALL (feed.held_for()) THEN
    PERFORM line.conflict(ctx, 'state', 'The run isn''t held.',
      'Only a run that was held for drift, its end or its columns can be released.');
  END IF;
  IF r.account = ctx.account THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Whoever started the run doesn''t release it.',
      'Ask another steward or a supervisor of the unit.');
  END IF;
  PERFORM line.decider(ctx, ARRAY[r.account]);
  IF EXISTS (SELECT FROM feed.run x WHERE x.feed = r.feed AND x.state IN ('queued', 'running')) THEN
    PERFORM line.conflict(ctx, 'running', 'The feed is being refreshed.', 'Wait for that run to end.');
  END IF;
  IF NOT EXISTS (SELECT FROM feed.feed f WHERE f.name = r.feed AND f.last_run IS NOT DISTINCT FROM r.base
    AND f.digest = r.digest) THEN
    PERFORM line.conflict(ctx, 'later_run', 'The feed was changed or another run published since.',
      'Refresh again, and look at what is held then.');
  END IF;
  INSERT INTO feed.run (feed, mode, input, account, account_name, unit, releases, release_reason)
  VALUES (r.feed, r.mode, r.input, ctx.account, ctx.account_name, ctx.unit, r.id, why) RETURNING id INTO made;
  PERFORM feed.queue(made);
  RETURN (SELECT feed.summary(x) FROM feed.run x WHERE x.id = made);
END
