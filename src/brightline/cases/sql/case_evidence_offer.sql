-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.evidence_read
-- params: {case?, item, to, place, reason?}: the giver's signature; the taker's own follows by case_evidence_accept
-- result: {id, item, title, description, sha256, hashed: here | stated | null, document, barcode, place, custodian,
--   custodian_title, state, offered_to, offered_to_title, links, made, sealed, cosigned, chain: [{n, act, giver,
--   giver_title, taker, taker_title, place, reason, by, by_title, at, entry, seal, sha256}]}
DECLARE
  e cases.evidence := cases.held_evidence(ctx, p);
  taker uuid;
  spot text := line.need(p, 'place', 300);
BEGIN
  PERFORM cases.evidence_step(ctx, e, 'offer');
  IF e.custodian IS DISTINCT FROM ctx.account THEN
    PERFORM line.refuse(ctx, 'custodian', 'Only its custodian hands an item on.', 'Ask the custodian.'); END IF;
  taker := cases.evidence_taker(ctx, e, p);
  e := cases.link(ctx, e, 'offer', ctx.account, taker, spot, COALESCE(line.text(p, 'reason', 2000), ''));
  PERFORM line.event(ctx, 'evidence', e.id, e.case_id, 'offered ' || cases.evidence_name(e.number), NULL,
    jsonb_build_object('to', line.accounts_name(taker), 'place', spot));
  RETURN cases.told_evidence(e);
END
