-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {sample}
-- result: {sample, from, to, seed, checkpoint, population, size, crossings, judged, sound, vague, not_supported, by, at} with items: [{place, kind: inquiry | crossing, inquiry, mark, opened, account, purpose, regime, unit, reason, aim, prompt, acts, crossing, state,
--   fields, verdict, note, judge, judged}]
BEGIN
  RETURN line.oversight_sample(ctx, p);
END
