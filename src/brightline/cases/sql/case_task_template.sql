-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {case?}: adds the tasks that cases of this category begin with; what is there already isn't added again
-- result: {added}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  sort text;
  n integer;
BEGIN
  PERFORM cases.working(ctx, f);
  SELECT t.category INTO sort FROM cases.task_template t WHERE position(t.category IN lower(f.category)) > 0
    ORDER BY length(t.category) DESC LIMIT 1;
  INSERT INTO cases.task (case_id, title, assignee, due, made_by)
    SELECT f.id, t.title, f.lead, (ctx.at AT TIME ZONE 'UTC')::date + t.days, ctx.account FROM cases.task_template t
    WHERE t.category = COALESCE(sort, 'any') AND NOT EXISTS (SELECT FROM cases.task x
      WHERE x.case_id = f.id AND x.title = t.title)
    ORDER BY t.place;
  GET DIAGNOSTICS n = ROW_COUNT;
  IF n > 0 THEN
    PERFORM line.event(ctx, 'case', f.id, f.id, 'added tasks of a template', NULL, jsonb_build_object('template',
      COALESCE(sort, 'any'), 'tasks', n));
    PERFORM line.cases_tell(ctx, f.lead, 'task', format('%s tasks were given to you', n), f.id, f.id, '{}');
  END IF;
  RETURN jsonb_build_object('added', n);
END
