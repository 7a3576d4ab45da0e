-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: ends one row, which is never rewritten
-- params: {name, id: of a mended value, reason (at least 20 characters)}
-- result: the mended value, ended; what the source says counts again from the next run on
DECLARE wanted text := line.need(p, 'name', 100); which uuid := line.uuid(p, 'id');
why text := line.need(p, 'reason', 2000); m feed.mending;
BEGIN
  IF NOT EXISTS (SELECT FROM feed.mine(ctx) x WHERE x = wanted) THEN PERFORM line.missing(ctx); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'is too short', 'Say in a sentence why what the source says is right.'); END IF;
  m := feed.mend_end(which, wanted, format('%s: %s', ctx.account_name, why));
  IF m.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN feed.mending_told(m);
END
