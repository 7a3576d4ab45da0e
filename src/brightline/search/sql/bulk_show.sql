-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {bulk}
-- result: {bulk, state, kind: list | attributes, case, unit, by, by_title, population, aim, expected, size, threshold,
--   earlier, seed, sample, sample_hits, confirmed, wrong, unsure, error_rate, error_high, decider, decided, decision,
--   run_by, searched, found, made, acts}
DECLARE r bulk.request := bulk.find(ctx, p);
BEGIN
  RETURN bulk.told(r);
END
