-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {related: [{case, title, regime, state, kind, reason, by, at}]}: those that the caller may know of
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object('related', line.cases_related(ctx, f.id));
END
