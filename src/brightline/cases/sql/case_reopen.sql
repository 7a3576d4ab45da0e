-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: cases.case_read
-- then: case_show(case)
-- params: {case, reason}: asks for reopening
-- result: that of case_show
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  after text := cases.step(ctx, f, 'reopen');
  why text := line.need(p, 'reason', 2000);
BEGIN
  PERFORM cases.belonging(ctx, f);
  PERFORM line.cases_decidable(ctx, f.unit, ARRAY[f.lead, CASE WHEN f.opened IS NULL THEN f.made_by END]);
  UPDATE cases.case_file c SET state = after, asked_act = 'reopen', asked_by = ctx.account, asked_at = ctx.at
    WHERE c.id = f.id RETURNING * INTO f;
  PERFORM line.event(ctx, 'case', f.id, f.id, 'asked for reopening', jsonb_build_object('state', 'closed'),
    jsonb_build_object('state', after, 'reason', why));
  RETURN cases.head(f);
END
