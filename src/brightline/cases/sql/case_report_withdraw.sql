-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.report_read
-- params: {case?, report, reason (≥ 10)}: its author takes a report back that is in review
-- result: {id, number, step, title, state, corrects, corrected_by, author, author_title, made, submitted, decided_by,
--   decided_by_title, decided, reason}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  r cases.report := cases.held_report(ctx, f, p);
  why text := line.need(p, 'reason', 2000);
  after text;
BEGIN
  PERFORM cases.working(ctx, f);
  IF r.author <> ctx.account THEN PERFORM line.refuse(ctx, 'author', 'Its author takes a report back.',
    'A supervisor of the unit returns it instead.'); END IF;
  IF length(why) < 10 THEN PERFORM line.bad('reason', 'has fewer than 10 characters', 'Say why.'); END IF;
  after := cases.report_step(ctx, r, 'withdraw');
  UPDATE cases.report x SET state = after, submitted = NULL WHERE x.id = r.id RETURNING * INTO r;
  PERFORM line.event(ctx, 'report', r.id, f.id, format('took back report %s', r.number), NULL,
    jsonb_build_object('number', r.number, 'reason', why));
  RETURN cases.told_report(r);
END
