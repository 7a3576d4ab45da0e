-- act: change
-- kind: command
-- roles: admin, steward
-- purposes: desk
-- inquiry: optional
-- params: {authority, valid_to?, reason}
-- result: the proposal; a later last day, or none
BEGIN
  RETURN line.accounts_authority_extend(ctx, p);
END
