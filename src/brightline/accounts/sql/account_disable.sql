-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- seen: line.accounts_account_read
-- params: {name, reason}
-- result: {name, state, reason, sessions_ended}
BEGIN
  RETURN line.accounts_disable(ctx, p);
END
