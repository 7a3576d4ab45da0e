-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.report_read
-- params: {case?, report}
-- result: {id, number, step, title, state, corrects, corrected_by, author, author_title, made, submitted, decided_by,
--   decided_by_title, decided, reason}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  r cases.report := cases.held_report(ctx, f, p);
  after text;
BEGIN
  PERFORM cases.working(ctx, f);
  IF r.author <> ctx.account THEN PERFORM line.refuse(ctx, 'author', 'Only its author submits a report.',
    'Ask the author.'); END IF;
  after := cases.report_step(ctx, r, 'submit');
  PERFORM line.cases_decidable(ctx, f.unit, ARRAY[r.author]);
  UPDATE cases.report x SET state = after, submitted = ctx.at, decided_by = NULL, decided = NULL, reason = ''
    WHERE x.id = r.id RETURNING * INTO r;
  PERFORM line.event(ctx, 'report', r.id, f.id, format('submitted report %s', r.number), NULL,
    jsonb_build_object('number', r.number));
  RETURN cases.told_report(r);
END
