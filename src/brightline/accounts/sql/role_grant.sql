-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- unread: gives what the account does not hold, and refuses what it holds
-- params: {account, unit, role, supervisor?, authority?, until?, reason?}
-- result: {account, unit, role, supervisor, purpose, proposal}
BEGIN
  RETURN line.accounts_grant(ctx, p);
END
