-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {sample}
-- result: {sample, from, to, seed, population, size, judged, specific, vague, unlawful, by, at} with items: [{place, inquiry, opened, account, purpose, regime, unit, reason, acts, verdict, note, judge, judged}]
BEGIN
  RETURN line.oversight_sample(ctx, p);
END
