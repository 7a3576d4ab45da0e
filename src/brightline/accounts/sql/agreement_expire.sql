-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- params: {id, reason}
-- result: the proposal
BEGIN
  RETURN line.sources_agreement_expire(ctx, p);
END
