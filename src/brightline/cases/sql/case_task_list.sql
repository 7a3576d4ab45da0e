-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {tasks: [task]}, open ones first, by due date
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object('tasks',
    (SELECT COALESCE(jsonb_agg(cases.told_task(t) ORDER BY t.state <> 'open', t.due NULLS LAST, t.made, t.id), '[]')
    FROM cases.task t WHERE t.case_id = f.id));
END
