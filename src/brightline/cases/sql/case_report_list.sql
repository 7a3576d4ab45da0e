-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {reports: [report]}: their heads; the words are read by case_report_show
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object('reports', (SELECT COALESCE(jsonb_agg(cases.told_report(r) ORDER BY r.number), '[]')
    FROM cases.report r WHERE r.case_id = f.id));
END
