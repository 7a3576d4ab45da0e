-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.task_read
-- params: {case?, task, state: done | dropped, result}
-- result: {id, title, detail, assignee, assignee_title, unit, due, state, result, overdue, by, made, ended_by, ended}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  t cases.task := cases.held_task(ctx, f, p);
  after text := lower(COALESCE(line.text(p, 'state', 20), 'done'));
  said text := line.need(p, 'result', 4000);
BEGIN
  PERFORM cases.working(ctx, f);
  IF NOT after = ANY (ARRAY['done', 'dropped']) THEN PERFORM line.bad('state', 'must be done or dropped', ''); END IF;
  IF after = 'dropped' THEN PERFORM cases.leading(ctx, f); END IF;
  UPDATE cases.task x SET state = after, result = said, ended = ctx.at, ended_by = ctx.account
    WHERE x.id = t.id RETURNING * INTO t;
  PERFORM line.event(ctx, 'task', t.id, f.id, CASE after WHEN 'done' THEN 'did a task' ELSE 'dropped a task' END,
    NULL, jsonb_build_object('title', t.title, 'result', said));
  RETURN cases.told_task(t);
END
