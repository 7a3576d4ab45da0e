-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?, item}: by its number or barcode; also for whoever has it in hand or is offered it, who needn't be a
--   member of the case
-- result: {id, item, title, description, sha256, hashed: here | stated | null, document, barcode, place, custodian,
--   custodian_title, state, offered_to, offered_to_title, links, made, sealed, cosigned, chain: [{n, act, giver,
--   giver_title, taker, taker_title, place, reason, by, by_title, at, entry, seal, sha256}]}
DECLARE
  e cases.evidence := cases.found_evidence(ctx, p);
BEGIN
  RETURN cases.told_evidence(e);
END
