-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {case?, title, detail?, assignee?, unit?, due?}; without assignee and unit it is one's own
-- result: {id, title, detail, assignee, assignee_title, unit, due, state, result, overdue, by, made, ended_by, ended}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  words text := line.need(p, 'title', 300);
  whom jsonb := cases.assigned(ctx, f, p);
  day date := line.date(p, 'due');
  t cases.task;
BEGIN
  PERFORM cases.working(ctx, f);
  IF length(words) < 3 THEN PERFORM line.bad('title', 'is too short', 'Say what has to be done.'); END IF;
  IF day < CURRENT_DATE THEN PERFORM line.bad('due', 'lies in the past', 'Choose a day from today on.'); END IF;
  INSERT INTO cases.task (case_id, title, detail, assignee, unit, due, made_by)
    VALUES (f.id, words, COALESCE(line.text(p, 'detail', 4000), ''), (whom ->> 'account')::uuid,
      whom ->> 'unit', day, ctx.account)
    RETURNING * INTO t;
  PERFORM line.event(ctx, 'task', t.id, f.id, 'added a task', NULL, jsonb_build_object('title', t.title, 'due', t.due));
  IF t.assignee IS NOT NULL THEN
    PERFORM line.cases_tell(ctx, t.assignee, 'task', 'a task was given to you: ' || t.title, f.id, t.id,
      jsonb_build_object('due', t.due));
  ELSE
    PERFORM line.cases_tell_unit(ctx, t.unit, NULL, 'task', 'a task was given to your unit: ' || t.title, f.id, t.id,
      jsonb_build_object('due', t.due));
  END IF;
  RETURN cases.told_task(t);
END
