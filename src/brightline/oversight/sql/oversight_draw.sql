-- act: read-log
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {from, to?}: one in a hundred inquiries of the period, at least twenty
-- result: {sample, from, to, seed, population, size, judged, specific, vague, unlawful, by, at}
BEGIN
  RETURN line.oversight_draw(ctx, p);
END
