-- act: disclosure
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: leads.referral_read
-- params: {referral, reason}: the unit that sent it takes it back before it is accepted; the recipient's package is
--   gone, and it hears of it
-- result: referral head
DECLARE
  r leads.referral; f leads.lead; after text; why text := line.said(p, 'reason', '{}');
BEGIN
  SELECT * INTO r FROM leads.referral x WHERE x.number = upper(line.need(p, 'referral', 100)) FOR UPDATE;
  IF r.id IS NULL OR r.from_unit <> ctx.unit THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.under(ctx, line.leads_authority(r.id));
  SELECT t.becomes INTO after FROM leads.referral_transition t WHERE t.state = r.state AND t.act = 'withdraw';
  IF after IS NULL OR r.state = 'accepted' THEN
    PERFORM line.conflict(ctx, 'state', format('A referral that is %s isn''t taken back.', r.state),
      'What was accepted ends with its outcome, or as the wrong person: lead decide wrong_person.'); END IF;
  SELECT * INTO f FROM leads.lead x WHERE x.id = r.lead FOR UPDATE;
  UPDATE leads.referral x SET state = after WHERE x.id = r.id RETURNING * INTO r;
  UPDATE leads.lead x SET state = 'checked', updated = ctx.at WHERE x.id = f.id
    AND x.state = 'referred' RETURNING * INTO f;
  PERFORM leads.note(ctx, f, 'referral taken back', jsonb_build_object('referral', r.number, 'reason', why));
  PERFORM line.leads_taken_back(ctx, r, why);
  RETURN leads.referral_head(r) || jsonb_build_object('_shown', jsonb_build_array(line.leads_subject(ctx, r.id)));
END
