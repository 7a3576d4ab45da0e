-- act: change
-- kind: command
-- roles: supervisor
-- purposes: desk
-- inquiry: optional
-- seen: cases.case_read
-- then: case_show(case)
-- params: {case, reason?}: decides what waits: submitted → open, closure_requested → closed, reopen_requested → open
-- result: that of case_show
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  after text := cases.step(ctx, f, 'approve');
  old text := f.state;
BEGIN
  PERFORM cases.deciding(ctx, f);
  IF after = 'open' THEN PERFORM cases.openable(ctx, f); END IF;
  IF after = 'closed' THEN PERFORM cases.closable(ctx, f); END IF;
  UPDATE cases.case_file c SET state = after, asked_act = NULL, asked_by = NULL, asked_at = NULL,
    opened = CASE WHEN after = 'open' THEN COALESCE(c.opened, ctx.at) ELSE c.opened END,
    review_by = CASE WHEN old = 'submitted' THEN (ctx.at AT TIME ZONE 'UTC')::date + 365 ELSE c.review_by END,
    closed = CASE WHEN after = 'closed' THEN ctx.at END,
    outcome = CASE WHEN after = 'open' THEN NULL ELSE c.outcome END
    WHERE c.id = f.id RETURNING * INTO f;
  IF old = 'submitted' THEN
    PERFORM line.cases_open_purposes(ctx, f.id, f.number, f.title, f.unit, f.authorities);
    PERFORM line.documents_wait_all(ctx, f.id);
  ELSE
    PERFORM line.cases_purpose_state(ctx, f.id, CASE after WHEN 'open' THEN 'active' ELSE 'readonly' END);
  END IF;
  PERFORM line.event(ctx, 'case', f.id, f.id, 'approved: ' || replace(after, '_', ' '),
    jsonb_build_object('state', old),
    jsonb_build_object('state', after, 'reason', line.text(p, 'reason', 2000), 'outcome', f.outcome));
  RETURN cases.head(f) || jsonb_build_object('_count', jsonb_build_object('regime', f.regime, 'outcome', f.outcome,
    'step', CASE old WHEN 'submitted' THEN 'opened' WHEN 'closure_requested' THEN 'closed' ELSE 'reopened' END));
END
