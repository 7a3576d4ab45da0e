-- act: change
-- kind: command
-- roles: supervisor
-- purposes: desk
-- inquiry: optional
-- seen: cases.case_read
-- then: case_show(case)
-- params: {case, reason}: submitted → returned, closure_requested → open, reopen_requested → closed
-- result: that of case_show
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  after text := cases.step(ctx, f, 'return');
  old text := f.state;
  why text := line.need(p, 'reason', 2000);
BEGIN
  PERFORM cases.deciding(ctx, f);
  IF length(why) < 10 THEN
    PERFORM line.bad('reason', 'has fewer than 10 characters', 'Say what has to change.'); END IF;
  UPDATE cases.case_file c SET state = after, asked_act = NULL, asked_by = NULL, asked_at = NULL,
    outcome = CASE WHEN after = 'open' THEN NULL ELSE c.outcome END WHERE c.id = f.id RETURNING * INTO f;
  IF old = 'closure_requested' THEN PERFORM line.cases_purpose_state(ctx, f.id, 'active'); END IF;
  PERFORM line.event(ctx, 'case', f.id, f.id, 'returned', jsonb_build_object('state', old),
    jsonb_build_object('state', after, 'reason', why));
  RETURN cases.head(f);
END
