-- act: view
-- kind: query
-- roles: steward, agent, analyst, supervisor, overseer
-- purposes: desk, case, oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {schedules: [{name, kind, target, cron, state, why, purpose, by, next, expires, runs: [{due, started, ended,
--   state, result, detail, lag}]}]}
BEGIN
  RETURN jsonb_build_object('schedules', COALESCE((SELECT jsonb_agg(warehouse.schedule_words(s) ORDER BY s.name)
    FROM warehouse.schedules(ctx) s), '[]'));
END
