-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, desk
-- inquiry: optional
-- seen: cases.evidence_read
-- params: {case?, item, reason}: by the taker, by the giver who takes the offer back, or by a supervisor of the case's
--   unit where neither does
-- result: {id, item, title, description, sha256, hashed: here | stated | null, document, barcode, place, custodian,
--   custodian_title, state, offered_to, offered_to_title, links, made, sealed, cosigned, chain: [{n, act, giver,
--   giver_title, taker, taker_title, place, reason, by, by_title, at, entry, seal, sha256}]}
DECLARE
  e cases.evidence := cases.held_evidence(ctx, p);
  why text := line.need(p, 'reason', 2000);
BEGIN
  PERFORM cases.evidence_step(ctx, e, 'decline');
  IF NOT ctx.account IN (e.offered_to, e.custodian)
     AND NOT line.accounts_holds(ctx.account, line.cases_custody_of(e.id, e.case_id) ->> 'unit', 'supervisor') THEN
    PERFORM line.refuse(ctx, 'taker', 'Only its giver or taker declines an offer, or a supervisor of the case''s unit.',
      'The taker signs in their own session.'); END IF;
  e := cases.link(ctx, e, 'decline', e.custodian, e.offered_to, e.place, why);
  PERFORM line.event(ctx, 'evidence', e.id, e.case_id, 'declined ' || cases.evidence_name(e.number), NULL,
    jsonb_build_object('place', e.place));
  RETURN cases.told_evidence(e);
END
