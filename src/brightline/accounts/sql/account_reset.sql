-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- seen: line.accounts_account_read
-- params: {name, verifier, kdf}
-- result: {name}
BEGIN
  RETURN line.accounts_reset(ctx, p);
END
