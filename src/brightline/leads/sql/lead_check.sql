-- act: change
-- kind: command
-- roles: vetter
-- purposes: desk, lead
-- inquiry: optional
-- seen: leads.lead_read
-- params: {lead?, name, result, finding?, evidence?, matched?: [identifier], household?: somebody of the person's own household supplied it}; an entity as evidence is named under the lead's own purpose
-- result: {lead, name, result, gaps}
DECLARE
  f leads.lead := leads.taken(ctx, leads.keep(ctx, p)); called text := lower(line.need(p, 'name', 63)); outcome text := lower(line.need(p, 'result', 20));
  proof text := COALESCE(line.text(p, 'evidence', 500), ''); same text[] := line.texts(p, 'matched', 20); wanted jsonb; hex text; seen uuid;
BEGIN
  IF f.state <> 'vetting' THEN PERFORM line.conflict(ctx, 'state', format('A lead that is %s isn''t vetted any more.', f.state), 'Checks belong to vetting.'); END IF;
  SELECT c INTO wanted FROM jsonb_array_elements(leads.config(f) -> 'checks') c WHERE c ->> 'name' = called;
  IF wanted IS NULL THEN PERFORM line.bad('name', 'is no check of this programme', 'See the lead''s checklist.'); END IF;
  IF NOT outcome = ANY (ARRAY['confirmed', 'refuted', 'nothing', 'inconclusive', 'claim']) THEN
    PERFORM line.bad('result', 'is unknown', 'confirmed, refuted, nothing, inconclusive or claim.'); END IF;
  IF outcome <> 'inconclusive' AND COALESCE(line.text(p, 'finding', 4000), proof, '') = '' THEN
    PERFORM line.bad('finding', 'is missing', 'Say what was found, or name the evidence.'); END IF;
  IF EXISTS (SELECT FROM unnest(same) m WHERE m NOT IN ('name', 'birthDate') AND NOT EXISTS (SELECT FROM leads.identifier i WHERE i.lead = f.id AND i.type = m)) THEN
    PERFORM line.bad('matched', 'names something that this lead doesn''t state', 'Name identifiers of its subject.'); END IF;
  IF same <> '{}' AND (outcome <> 'confirmed' OR proof = '') THEN
    PERFORM line.bad('evidence', 'is missing', 'A match is confirmed and names the record or document that it rests on.'); END IF;
  hex := substring(replace(lower(proof), '-', '') FROM '[0-9a-f]{32}$');
  IF hex IS NOT NULL THEN
    IF ctx.kind <> 'lead' THEN
      PERFORM line.refuse(ctx, 'purpose', 'A desk sees no records, so it can''t cite one.', 'Open the search for this lead and work under its own number.'); END IF;
    SELECT a.entity INTO seen FROM content.aspect a WHERE a.entity = hex::uuid LIMIT 1;
    IF seen IS NULL THEN PERFORM line.missing(ctx); END IF;
  END IF;
  INSERT INTO leads.check_entry (lead, name, result, system, finding, evidence, entity, matched, household, account)
    VALUES (f.id, called, outcome, COALESCE(line.text(p, 'system', 200), wanted ->> 'system'), COALESCE(line.text(p, 'finding', 4000), ''), proof, seen,
      ARRAY(SELECT DISTINCT m FROM unnest(same) m ORDER BY 1), line.bool(p, 'household', false), ctx.account);
  -- A status that was found is a claim until two people have looked at it (rule 28).
  IF outcome = 'claim' OR line.leads_ends(leads.config(f), wanted, outcome) = 'in_status' THEN
    INSERT INTO leads.hold (lead, claim, opened_by) VALUES (f.id, COALESCE(NULLIF(line.text(p, 'finding', 4000), ''), proof), ctx.account) ON CONFLICT DO NOTHING;
  END IF;
  PERFORM leads.note(ctx, f, 'checked ' || called, jsonb_build_object('result', outcome, 'matched', same));
  RETURN jsonb_build_object('lead', f.number, 'name', called, 'result', outcome, 'gaps', leads.gaps(f, NULL),
    '_shown', jsonb_build_array(f.subject) || CASE WHEN seen IS NULL THEN '[]'::jsonb ELSE to_jsonb(seen) END);
END
