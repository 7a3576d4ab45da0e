-- act: change
-- kind: command
-- roles: supervisor
-- purposes: case, desk
-- inquiry: optional
-- seen: cases.evidence_read
-- params: {case?, item, to, place, reason}: a supervisor of the case's unit who neither has the item nor takes it gives
--   it to another custodian, whose own signature follows by case_evidence_accept. It takes the place of an open offer
-- result: {id, item, title, description, sha256, hashed: here | stated | null, document, barcode, place, custodian,
--   custodian_title, state, offered_to, offered_to_title, links, made, sealed, cosigned, chain: [{n, act, giver,
--   giver_title, taker, taker_title, place, reason, by, by_title, at, entry, seal, sha256}]}
DECLARE
  e cases.evidence := cases.held_evidence(ctx, p);
  spot text := line.need(p, 'place', 300);
  why text := line.need(p, 'reason', 2000);
  taker uuid;
BEGIN
  PERFORM cases.evidence_step(ctx, e, 'reassign');
  IF NOT line.accounts_holds(ctx.account, line.cases_custody_of(e.id, e.case_id) ->> 'unit', 'supervisor') THEN
    PERFORM line.refuse(ctx, 'capacity',
      'Only a supervisor of the case''s unit gives an item to another custodian.', 'Ask one.'); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'has fewer than 20 characters', 'Say why its custodian doesn''t hand it on.'); END IF;
  IF e.custodian = ctx.account THEN
    PERFORM line.refuse(ctx, 'custodian', 'You have the item in hand yourself.',
      'Offer it: that is your own signature.'); END IF;
  taker := cases.evidence_taker(ctx, e, p);
  IF taker = ctx.account THEN
    PERFORM line.refuse(ctx, 'two_people', 'Nobody gives an item to themselves.',
      'Another supervisor of the unit names you.'); END IF;
  PERFORM line.decider(ctx, ARRAY[e.custodian, taker]);
  IF e.offered_to = taker THEN PERFORM line.conflict(ctx, 'offered', 'It is offered to that person already.',
    'They accept or decline it.'); END IF;
  PERFORM line.cases_tell(ctx, e.custodian, 'custody', format('%s in your custody was given to another custodian',
    cases.evidence_name(e.number)), e.case_id, e.id, '{}');
  e := cases.link(ctx, e, 'reassign', e.custodian, taker, spot, why);
  PERFORM line.event(ctx, 'evidence', e.id, e.case_id, 'reassigned ' || cases.evidence_name(e.number), NULL,
    jsonb_build_object('to', line.accounts_name(taker), 'place', spot, 'reason', why));
  RETURN cases.told_evidence(e);
END
