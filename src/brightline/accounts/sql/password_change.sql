-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {proof, verifier, kdf}
-- result: {account, sessions_ended}; every session ends, this one too
BEGIN
  RETURN line.accounts_password(ctx, p);
END
