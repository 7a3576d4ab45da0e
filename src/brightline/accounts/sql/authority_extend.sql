-- act: change
-- kind: command
-- roles: admin, steward
-- purposes: desk
-- inquiry: optional
-- unread: proposes, and changes nothing: who accepts it has read the proposal
-- params: {authority, valid_to?, reason}
-- result: the proposal; a later last day, or none
BEGIN
  RETURN line.accounts_authority_extend(ctx, p);
END
