-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.task_read
-- params: {case?, task, assignee?, unit?, due?}
-- result: {id, title, detail, assignee, assignee_title, unit, due, state, result, overdue, by, made, ended_by, ended}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  t cases.task := cases.held_task(ctx, f, p);
  whom jsonb := cases.assigned(ctx, f, p);
  day date := COALESCE(line.date(p, 'due'), t.due);
  old jsonb := jsonb_build_object('assignee', line.accounts_name(t.assignee), 'unit', t.unit, 'due', t.due);
BEGIN
  PERFORM cases.working(ctx, f);
  UPDATE cases.task x SET assignee = (whom ->> 'account')::uuid, unit = whom ->> 'unit', due = day
    WHERE x.id = t.id RETURNING * INTO t;
  PERFORM line.event(ctx, 'task', t.id, f.id, 'gave a task to another', old,
    jsonb_build_object('title', t.title, 'assignee', line.accounts_name(t.assignee), 'unit', t.unit, 'due', t.due));
  PERFORM line.cases_tell(ctx, t.assignee, 'task', 'a task was given to you: ' || t.title, f.id, t.id,
    jsonb_build_object('due', t.due));
  RETURN cases.told_task(t);
END
