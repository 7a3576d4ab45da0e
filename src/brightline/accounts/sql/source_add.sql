-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: proposes, and changes nothing: who accepts it has read the proposal
-- params: {name, title, publisher?, reliability?, authority, custodian_unit?, pointer_tier?, agreement: {id, regimes, units?, valid_from?, expires, redistribution?, sole_basis?, document?, pointer_tier?}, assessment: {id, approved, expires}, reason?}
-- result: the proposal
BEGIN
  RETURN line.sources_add(ctx, p);
END
