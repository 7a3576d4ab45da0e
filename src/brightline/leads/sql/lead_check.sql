-- act: change
-- kind: command
-- roles: vetter
-- purposes: desk, lead
-- inquiry: optional
-- seen: leads.lead_read
-- then: lead_show(lead)
-- params: {lead?, name, result, finding?, evidence?: id of a record, or number of a paper of this lead, document?:
--   title and number or date, consulted?: {system: one of the programme's, reference, time}, matched?: [identifier],
--   household?: somebody of the person's own household supplied it}; a record is cited under the lead's own purpose,
--   and has to state what matched
-- result: that of lead_show
DECLARE
  f leads.lead := leads.taken(ctx, leads.keep(ctx, p)); called text := lower(line.need(p, 'name', 63));
  outcome text := lower(line.need(p, 'result', 20));
  same text[] := ARRAY(SELECT DISTINCT m FROM unnest(line.texts(p, 'matched', 20)) m ORDER BY 1); wanted jsonb;
  found leads.check_entry; said text;
BEGIN
  IF f.state <> 'vetting' THEN
    PERFORM line.conflict(ctx, 'state', format('A lead that is %s isn''t vetted any more.', f.state),
    'Checks belong to vetting.'); END IF;
  SELECT c INTO wanted FROM jsonb_array_elements(leads.config(f) -> 'checks') c WHERE c ->> 'name' = called;
  IF wanted IS NULL THEN PERFORM line.bad('name', 'is no check of this programme',
    'See the lead''s checklist.'); END IF;
  IF NOT outcome = ANY (ARRAY['confirmed', 'refuted', 'nothing', 'inconclusive', 'claim']) THEN
    PERFORM line.bad('result', 'is unknown', 'confirmed, refuted, nothing, inconclusive or claim.'); END IF;
  -- A claim is towards not acting, and what is open says little: neither is kept out for its words.
  said := CASE WHEN outcome IN ('confirmed', 'refuted', 'nothing') THEN leads.said(ctx, f, p, 'finding', called)
    ELSE COALESCE(line.text(p, 'finding', 4000), '') END;
  IF outcome = 'claim' AND said = '' THEN PERFORM line.bad('finding', 'is missing', 'Say what is claimed.'); END IF;
  IF EXISTS (SELECT FROM unnest(same) m WHERE leads.stated(f, m) = '{}') THEN
    PERFORM line.bad('matched', 'names something that this lead doesn''t state',
      'Name identifiers of its subject.'); END IF;
  found := leads.proven(ctx, f, p, wanted, same);
  IF same <> '{}' AND (outcome <> 'confirmed' OR found.proof IS NULL) THEN
    PERFORM line.bad('evidence', 'is missing',
      'A match is confirmed and names the record, document or consultation that it rests on.'); END IF;
  INSERT INTO leads.check_entry (lead, name, result, system, finding, evidence, entity, matched, household,
    account, proof, origin)
    VALUES (f.id, called, outcome, COALESCE(found.system, wanted ->> 'system'), said,
      COALESCE(found.evidence, ''), found.entity, same,
      line.bool(p, 'household', false), ctx.account, COALESCE(found.proof, ''), COALESCE(found.origin, ''));
  -- A status that was found is a claim until two people have looked at it (rule 28).
  IF outcome = 'claim' OR line.leads_ends(leads.config(f), wanted, outcome) = 'in_status' THEN
    INSERT INTO leads.hold (lead, claim, opened_by) VALUES (f.id, said, ctx.account) ON CONFLICT DO NOTHING;
  END IF;
  PERFORM leads.note(ctx, f, 'checked ' || called, jsonb_build_object('result', outcome, 'matched', same));
  RETURN jsonb_build_object('lead', f.number, 'name', called, 'result', outcome, 'proof', found.evidence,
    'gaps', leads.gaps(f, NULL),
    'revision', line.revision(leads.lead_doc(f)),
    '_shown', jsonb_build_array(f.subject) || CASE WHEN found.entity IS NULL THEN '[]'::jsonb
      ELSE to_jsonb(found.entity) END);
END
