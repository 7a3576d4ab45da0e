-- act: change
-- kind: command
-- roles: supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.report_read
-- params: {case?, report, reason}
-- result: {id, number, step, title, state, corrects, corrected_by, author, author_title, made, submitted, decided_by,
--   decided_by_title, decided, reason}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  r cases.report := cases.held_report(ctx, f, p);
  why text := line.need(p, 'reason', 4000);
  after text;
BEGIN
  PERFORM cases.working(ctx, f);
  PERFORM cases.reviewing(ctx, f, r);
  after := cases.report_step(ctx, r, 'return');
  UPDATE cases.report x SET state = after, decided_by = ctx.account, decided = ctx.at, reason = why
    WHERE x.id = r.id RETURNING * INTO r;
  PERFORM line.event(ctx, 'report', r.id, f.id, format('returned report %s', r.number), NULL,
    jsonb_build_object('number', r.number, 'reason', why));
  PERFORM line.cases_tell(ctx, r.author, 'report', format('report %s was returned', r.number), f.id, r.id, '{}');
  RETURN cases.told_report(r);
END
