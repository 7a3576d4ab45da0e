-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- params: {id, expires, reason}
-- result: the proposal
BEGIN
  RETURN line.sources_agreement_extend(ctx, p);
END
