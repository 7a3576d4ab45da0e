-- act: change
-- kind: command
-- roles: supervisor, admin
-- purposes: desk
-- inquiry: optional
-- seen: line.accounts_grant_read
-- params: {account, unit, role, keep?, reason?}
-- result: the grant
BEGIN
  RETURN line.accounts_role_confirm(ctx, p);
END
