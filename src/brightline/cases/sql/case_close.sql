-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, desk
-- inquiry: optional
-- seen: cases.case_read
-- then: case_show(case)
-- params: {case?, outcome: charged | referred | unfounded | insufficient | administrative | other, summary}: asks for
--   closure
-- result: that of case_show
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  after text := cases.step(ctx, f, 'close');
  old text := f.state;
  result text := line.text(p, 'outcome', 40);
  told text := COALESCE(line.text(p, 'summary', 20000), '');
BEGIN
  PERFORM cases.belonging(ctx, f);
  PERFORM line.cases_decidable(ctx, f.unit, ARRAY[f.lead, CASE WHEN f.opened IS NULL THEN f.made_by END]);
  IF result IS NULL OR NOT result = ANY (ARRAY['charged', 'referred', 'unfounded', 'insufficient',
    'administrative', 'other']) THEN
    PERFORM line.refuse(ctx, 'outcome', 'No case closes without an outcome.',
      'charged, referred, unfounded, insufficient, administrative or other.'); END IF;
  PERFORM cases.closable(ctx, f);
  UPDATE cases.case_file c SET state = after, outcome = result, summary = told, asked_act = 'close',
    asked_by = ctx.account,
    asked_at = ctx.at WHERE c.id = f.id RETURNING * INTO f;
  PERFORM line.event(ctx, 'case', f.id, f.id, 'asked for closure', jsonb_build_object('state', old),
    jsonb_build_object('state', after, 'outcome', result, 'summary', told));
  RETURN cases.head(f);
END
