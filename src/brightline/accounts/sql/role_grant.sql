-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- params: {account, unit, role, supervisor?, authority?, until?}
-- result: {account, unit, role, supervisor, purpose}
BEGIN
  RETURN line.accounts_grant(ctx, p);
END
