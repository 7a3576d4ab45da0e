-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- seen: line.accounts_grant_read
-- params: {account, unit, role, reason}
-- result: {account, unit, role, ended}
BEGIN
  RETURN line.accounts_revoke(ctx, p);
END
