-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: cases.case_read
-- then: case_show(case)
-- params: {case, reason}
-- result: that of case_show
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  after text := cases.step(ctx, f, 'suspend');
  old text := f.state;
  why text := line.need(p, 'reason', 2000);
BEGIN
  PERFORM cases.leading(ctx, f);
  UPDATE cases.case_file c SET state = after WHERE c.id = f.id RETURNING * INTO f;
  PERFORM line.cases_purpose_state(ctx, f.id, 'readonly');
  PERFORM line.event(ctx, 'case', f.id, f.id, 'suspended', jsonb_build_object('state', old),
    jsonb_build_object('state', after, 'reason', why));
  RETURN cases.head(f);
END
