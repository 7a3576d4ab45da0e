-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- params: {account, unit, role, supervisor?, authority?, until?, reason?}
-- result: {account, unit, role, supervisor, purpose, proposal}
BEGIN
  RETURN line.accounts_grant(ctx, p);
END
