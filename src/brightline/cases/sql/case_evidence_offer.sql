-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.evidence_read
-- params: {case?, item, to, place, reason?}: the giver's signature; the taker's own follows by case_evidence_accept
-- result: {id, item, title, description, sha256, document, barcode, place, custodian, custodian_title, state, offered_to, offered_to_title, links, made, sealed, cosigned, chain: [{n, act, giver, giver_title, taker, taker_title, place, reason, by, by_title, at, entry, seal}]}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  e cases.evidence := cases.held_evidence(ctx, f, p);
  taker uuid := line.accounts_id(line.need(p, 'to', 63));
  spot text := line.need(p, 'place', 300);
BEGIN
  PERFORM cases.working(ctx, f);
  PERFORM cases.evidence_step(ctx, e, 'offer');
  IF e.custodian IS DISTINCT FROM ctx.account THEN
    PERFORM line.refuse(ctx, 'custodian', 'Only its custodian hands an item on.', 'Ask the custodian.'); END IF;
  IF taker = ctx.account THEN
    PERFORM line.refuse(ctx, 'two_people', 'Nobody hands an item to themselves.', 'Name the person who takes it.'); END IF;
  IF taker IS NULL OR line.cases_capacity(taker, f.id) IS NULL THEN
    PERFORM line.refuse(ctx, 'taker', 'The taker is no member of the case.', 'Add the person to the case first.'); END IF;
  e := cases.link(ctx, e, 'offer', ctx.account, taker, spot, COALESCE(line.text(p, 'reason', 2000), ''));
  PERFORM line.event(ctx, 'evidence', e.id, f.id, 'offered ' || cases.evidence_name(e.number), NULL, jsonb_build_object('to', line.accounts_name(taker), 'place', spot));
  RETURN cases.told_evidence(e);
END
