-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: cases.case_read
-- then: case_show(case)
-- params: {case}
-- result: that of case_show
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  after text := cases.step(ctx, f, 'submit');
  old text := f.state;
BEGIN
  PERFORM cases.belonging(ctx, f);
  PERFORM line.cases_decidable(ctx, f.unit, ARRAY[f.lead, CASE WHEN f.opened IS NULL THEN f.made_by END]);
  PERFORM cases.openable(ctx, f);
  UPDATE cases.case_file c SET state = after, asked_act = 'submit', asked_by = ctx.account, asked_at = ctx.at
    WHERE c.id = f.id RETURNING * INTO f;
  PERFORM line.event(ctx, 'case', f.id, f.id, 'submitted', jsonb_build_object('state', old),
    jsonb_build_object('state', after));
  RETURN cases.head(f);
END
