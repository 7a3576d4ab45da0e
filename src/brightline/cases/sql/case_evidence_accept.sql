-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.evidence_read
-- params: {case?, item, reason?}: the taker's signature, in the taker's own session, whether or not the case is open.
--   The bytes are hashed anew, and others than those taken in are refused
-- result: {id, item, title, description, sha256, hashed: here | stated | null, document, barcode, place, custodian,
--   custodian_title, state, offered_to, offered_to_title, links, made, sealed, cosigned, chain: [{n, act, giver,
--   giver_title, taker, taker_title, place, reason, by, by_title, at, entry, seal, sha256}]}
DECLARE
  e cases.evidence := cases.held_evidence(ctx, p);
  why text := COALESCE(line.text(p, 'reason', 2000), '');
BEGIN
  PERFORM cases.evidence_step(ctx, e, 'accept');
  IF e.offered_to <> ctx.account THEN
    PERFORM line.refuse(ctx, 'taker', 'Only the person to whom it is offered accepts an item.',
      'The taker signs in their own session.'); END IF;
  e := cases.link(ctx, e, 'accept', e.custodian, e.offered_to, e.place, why, cases.evidence_digest(ctx, e));
  PERFORM line.event(ctx, 'evidence', e.id, e.case_id, 'accepted ' || cases.evidence_name(e.number), NULL,
    jsonb_build_object('place', e.place));
  RETURN cases.told_evidence(e);
END
