-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.evidence_read
-- params: {case?, item, reason?}: the taker's signature, in the taker's own session
-- result: {id, item, title, description, sha256, document, barcode, place, custodian, custodian_title, state, offered_to, offered_to_title, links, made, sealed, cosigned, chain: [{n, act, giver, giver_title, taker, taker_title, place, reason, by, by_title, at, entry, seal}]}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  e cases.evidence := cases.held_evidence(ctx, f, p);
  why text := COALESCE(line.text(p, 'reason', 2000), '');
BEGIN
  PERFORM cases.working(ctx, f);
  PERFORM cases.evidence_step(ctx, e, 'accept');
  IF e.offered_to <> ctx.account THEN
    PERFORM line.refuse(ctx, 'taker', 'Only the person to whom it is offered accepts an item.', 'The taker signs in their own session.'); END IF;
  e := cases.link(ctx, e, 'accept', e.custodian, e.offered_to, e.place, why);
  PERFORM line.event(ctx, 'evidence', e.id, f.id, 'accepted ' || cases.evidence_name(e.number), NULL, jsonb_build_object('place', e.place));
  RETURN cases.told_evidence(e);
END
