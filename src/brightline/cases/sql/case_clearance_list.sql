-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {clearances: [{id, case, title, caveat, order, expires, state, asked_by, asked, decided_by, decided,
--   reason}]}
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object('clearances', line.cases_clearances(ctx, f.id));
END
