-- act: change
-- kind: command
-- roles: admin, steward
-- purposes: desk
-- inquiry: optional
-- unread: proposes, and changes nothing: who accepts it has read the proposal
-- params: {authority, reason}
-- result: the proposal
BEGIN
  RETURN line.accounts_authority_disable(ctx, p);
END
