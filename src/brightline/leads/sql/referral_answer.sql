-- act: change
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: leads.referral_read
-- params: {referral, act: acknowledge | accept | decline | outcome, reason?: for all but the first, outcome?: one of
--   the programme's}
-- result: referral head
DECLARE
  r leads.referral; wanted text := lower(line.need(p, 'act', 20)); after text; words text;
BEGIN
  SELECT * INTO r FROM leads.referral x WHERE x.number = upper(line.need(p, 'referral', 100)) FOR UPDATE;
  IF r.id IS NULL OR r.to_unit <> ctx.unit THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.under(ctx, line.leads_authority(r.id));
  IF NOT wanted = ANY (ARRAY['acknowledge', 'accept', 'decline', 'outcome']) THEN
    PERFORM line.bad('act', 'is unknown', 'acknowledge, accept, decline or outcome.'); END IF;
  SELECT t.becomes INTO after FROM leads.referral_transition t WHERE t.state = r.state AND t.act = wanted;
  IF after IS NULL THEN PERFORM line.conflict(ctx, 'state',
    format('A referral that is %s can''t be changed by %s.', r.state, wanted),
    'First acknowledge, then accept or decline, then the outcome.'); END IF;
  IF wanted <> 'acknowledge' THEN words := line.said(p, 'reason', ARRAY[r.answer]); END IF;
  IF wanted = 'outcome' AND NOT jsonb_exists(line.leads_outcomes(r.id), line.need(p, 'outcome', 100)) THEN
    PERFORM line.bad('outcome', 'is none of the programme''s', format('One of: %s; what happened stands in the reason.',
      (SELECT string_agg(o, ', ') FROM jsonb_array_elements_text(line.leads_outcomes(r.id)) o))); END IF;
  UPDATE leads.referral x SET state = after,
    acknowledged = CASE wanted WHEN 'acknowledge' THEN ctx.at ELSE x.acknowledged END, acknowledged_by = CASE wanted
      WHEN 'acknowledge' THEN ctx.account ELSE x.acknowledged_by END,
    answered = CASE WHEN wanted IN ('accept', 'decline') THEN ctx.at ELSE x.answered END, answered_by = CASE
      WHEN wanted IN ('accept', 'decline') THEN ctx.account ELSE x.answered_by END,
    answer = CASE WHEN wanted IN ('accept', 'decline') THEN words ELSE x.answer END,
    outcome = CASE wanted WHEN 'outcome' THEN line.need(p, 'outcome', 100) ELSE x.outcome END,
    outcome_text = CASE wanted WHEN 'outcome' THEN words ELSE x.outcome_text END, finished = CASE wanted WHEN 'outcome'
      THEN ctx.at ELSE x.finished END
    WHERE x.id = r.id RETURNING * INTO r;
  PERFORM line.leads_follow(ctx, r.id, CASE wanted WHEN 'outcome' THEN 'finish' ELSE wanted END, r.outcome);
  RETURN leads.referral_head(r) || jsonb_build_object('_shown', jsonb_build_array(line.leads_subject(ctx, r.id)),
    '_count', line.leads_counted(r.lead, jsonb_build_object('answer', wanted, 'outcome', r.outcome)));
END
