-- act: change
-- kind: command
-- roles: supervisor
-- purposes: case, desk
-- inquiry: optional
-- seen: cases.evidence_read
-- params: {case?, item, act: return | forfeit | destroy, place, reason}: decided by a supervisor of the case's unit who
--   isn't its custodian
-- result: {id, item, title, description, sha256, hashed: here | stated | null, document, barcode, place, custodian,
--   custodian_title, state, offered_to, offered_to_title, links, made, sealed, cosigned, chain: [{n, act, giver,
--   giver_title, taker, taker_title, place, reason, by, by_title, at, entry, seal, sha256}]}
DECLARE
  e cases.evidence := cases.held_evidence(ctx, p);
  act text := lower(line.need(p, 'act', 20));
  spot text := line.need(p, 'place', 300);
  why text := line.need(p, 'reason', 2000);
BEGIN
  IF NOT act = ANY (ARRAY['return', 'forfeit', 'destroy']) THEN
    PERFORM line.bad('act', 'is unknown', 'return, forfeit or destroy.'); END IF;
  PERFORM cases.evidence_step(ctx, e, act);
  IF e.custodian = ctx.account OR NOT line.accounts_holds(ctx.account, line.cases_custody_of(e.id, e.case_id) ->>
    'unit', 'supervisor') THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Its custodian doesn''t decide what becomes of an item.',
      'Another supervisor of the case''s unit decides.'); END IF;
  PERFORM line.decider(ctx, ARRAY[e.custodian]);
  e := cases.link(ctx, e, act, e.custodian, NULL, spot, why);
  PERFORM line.event(ctx, 'evidence', e.id, e.case_id, e.state || ' ' || cases.evidence_name(e.number), NULL,
    jsonb_build_object('reason', why));
  RETURN cases.told_evidence(e);
END
