-- act: change
-- kind: command
-- roles: admin, steward
-- purposes: desk
-- inquiry: optional
-- unread: proposes, and changes nothing: who accepts it has read the proposal
-- params: {authority, title, regime, statute, processes?, approver_role?, valid_from?, valid_to?, reason?}
-- result: the proposal
BEGIN
  RETURN line.accounts_authority_add(ctx, p);
END
