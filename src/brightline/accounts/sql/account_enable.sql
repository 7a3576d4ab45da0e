-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- seen: line.accounts_account_read
-- params: {name, reason, verifier, kdf}
-- result: {name, state, federated, roles_then}; its roles are given again one by one
BEGIN
  RETURN line.accounts_enable(ctx, p);
END
