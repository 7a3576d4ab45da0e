-- act: change
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: leads.lead_read
-- then: lead_show(lead)
-- params: {lead, code: viable | confirm | return | a close code of the programme, reason, match_reason?, of?: the lead
--   it repeats}
-- result: that of lead_show
DECLARE
  f leads.lead := leads.keep(ctx, p); wanted text := lower(line.need(p, 'code', 40));
  why text := leads.said(ctx, f, p, 'reason');
  match_why text := CASE WHEN line.text(p, 'match_reason', 4000) IS NOT NULL
    THEN leads.said(ctx, f, p, 'match_reason') END;
BEGIN
  IF wanted = 'viable' THEN
    IF NOT line.accounts_holds(ctx.account, f.unit, 'vetter') THEN
      PERFORM line.refuse(ctx, 'role', 'Vetting is a vetter''s work.', 'A supervisor makes the quality check.'); END IF;
    PERFORM leads.step(ctx, f, 'viable');
    PERFORM leads.ready(ctx, f, match_why);
    UPDATE leads.lead x SET state = 'viable', viable_by = ctx.account, viable_at = ctx.at, viable_reason = why,
      match_reason = match_why,
      checked_by = NULL, checked_at = NULL, checked_reason = NULL, updated = ctx.at
        WHERE x.id = f.id RETURNING * INTO f;
  ELSIF wanted IN ('confirm', 'return') THEN
    IF f.state = 'viable' AND f.viable_by = ctx.account THEN
      PERFORM line.refuse(ctx, 'four_eyes', 'Who called the lead viable can''t check it.',
        'Another vetter or supervisor has to.'); END IF;
    PERFORM line.decider(ctx, ARRAY[f.viable_by]);
    PERFORM leads.step(ctx, f, wanted);
    IF wanted = 'confirm' THEN PERFORM leads.ready(ctx, f, f.match_reason); END IF;
    UPDATE leads.lead x SET state = CASE wanted WHEN 'confirm' THEN 'checked' ELSE 'vetting' END, updated = ctx.at,
      checked_by = CASE wanted WHEN 'confirm' THEN ctx.account END, checked_at = CASE wanted
        WHEN 'confirm' THEN ctx.at END,
      checked_reason = CASE wanted WHEN 'confirm' THEN why END WHERE x.id = f.id RETURNING * INTO f;
  ELSE
    f := leads.shut(ctx, f, wanted, why, line.text(p, 'of', 100));
  END IF;
  PERFORM leads.note(ctx, f, CASE WHEN wanted = 'duplicate' AND f.state <> 'closed'
    THEN 'says that it repeats another lead; a second person has to see it too'
    ELSE 'decided: ' || replace(wanted, '_', ' ') END, jsonb_build_object('reason', why, 'state', f.state));
  RETURN leads.head(f) || jsonb_build_object('gaps', CASE WHEN f.state IN ('vetting', 'viable')
    THEN leads.gaps(f, f.match_reason) ELSE '[]' END,
    '_shown', jsonb_build_array(f.subject), '_count',
      line.leads_counted(f.id, jsonb_build_object('decided', wanted, 'state', f.state)));
END
