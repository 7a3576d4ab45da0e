-- act: view
-- kind: query
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {clearances: [{id, case, title, caveat, order, expires, state, asked_by, asked, decided_by, decided,
--   reason}]}: those of cases in which the caller has no part
BEGIN
  RETURN jsonb_build_object('clearances', line.cases_clearances(ctx, NULL));
END
