-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- seen: line.accounts_account_read
-- params: {name, reason}
-- result: {name, factors_ended}
BEGIN
  RETURN line.accounts_factor_reset(ctx, p);
END
