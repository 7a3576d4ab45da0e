-- act: read-log
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {from, to?}: one in a hundred inquiries of the period, at least twenty, by marks that the log fixed; and every crossing
-- result: {sample, from, to, seed, checkpoint, population, size, crossings, judged, sound, vague, not_supported, by, at}
BEGIN
  RETURN line.oversight_draw(ctx, p);
END
