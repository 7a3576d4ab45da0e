-- act: change
-- kind: command
-- roles: admin, steward
-- purposes: desk
-- inquiry: optional
-- params: {authority, reason}
-- result: the proposal
BEGIN
  RETURN line.accounts_authority_disable(ctx, p);
END
