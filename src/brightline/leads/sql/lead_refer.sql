-- act: disclosure
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: leads.lead_read
-- params: {lead, to, basis, documents?: [text], caveats?: [text], due?}
-- result: referral head with lead, package
DECLARE
  f leads.lead := leads.keep(ctx, p); unit_to text := lower(line.need(p, 'to', 63));
  why text := leads.said(ctx, f, p, 'basis');
  until date := COALESCE(line.date(p, 'due'), (ctx.at AT TIME ZONE 'UTC')::date + 14); r leads.referral; fault text;
BEGIN
  PERFORM leads.step(ctx, f, 'refer');
  PERFORM line.leads_stop(f.id);
  PERFORM line.leads_unseen_stop(ctx, f.id);
  IF jsonb_exists(leads.config(f) -> 'cross_to', unit_to)
    OR line.leads_unit_regime(unit_to) IS DISTINCT FROM f.regime THEN
    PERFORM line.refuse(ctx, 'crossing_needed', 'A lead goes to another regime through a crossing alone.',
      'Ask for one: name fields, necessity, alternatives, an end. Somebody outside both chains decides.'); END IF;
  IF NOT jsonb_exists(leads.config(f) -> 'refer_to', unit_to) THEN
    PERFORM line.refuse(ctx, 'recipient', 'The programme doesn''t name this unit as a recipient.',
      'See programme show.'); END IF;
  PERFORM line.leads_takable(ctx, unit_to);
  fault := line.leads_source_fault(f.source, f.regime, unit_to);
  IF fault IS NOT NULL THEN
    PERFORM line.refuse(ctx, 'source', fault, 'A lead carries its source''s restrictions along.'); END IF;
  IF until <= (ctx.at AT TIME ZONE 'UTC')::date OR until > f.keep_until THEN
    PERFORM line.bad('due', 'must lie between tomorrow and the lead''s last day', ''); END IF;
  INSERT INTO leads.referral (number, lead, from_unit, to_unit, state, package, due, sent_by, sent)
    VALUES (line.leads_number('R'), f.id, f.unit, unit_to, 'sent',
      line.leads_package(f, NULL, why, line.texts(p, 'documents', 50), line.texts(p, 'caveats', 20)), until,
        ctx.account, ctx.at) RETURNING * INTO r;
  UPDATE leads.lead x SET state = 'referred', updated = ctx.at WHERE x.id = f.id RETURNING * INTO f;
  PERFORM leads.note(ctx, f, 'referred', jsonb_build_object('referral', r.number, 'to', unit_to, 'basis', why));
  RETURN leads.referral_head(r) || jsonb_build_object('lead', f.number, 'package', r.package, '_shown',
    jsonb_build_array(f.subject),
    '_count', line.leads_counted(f.id, jsonb_build_object('to', r.to_unit)));
END
