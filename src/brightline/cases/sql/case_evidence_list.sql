-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {evidence: [item with its chain]}
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object('evidence', (SELECT COALESCE(jsonb_agg(cases.told_evidence(e) ORDER BY e.number), '[]') FROM cases.evidence e WHERE e.case_id = f.id));
END
