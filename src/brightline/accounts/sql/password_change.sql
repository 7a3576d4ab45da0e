-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: one's own, which nobody else changes; the old one was shown just now
-- params: {attempt, verifier, kdf}; the attempt is of proof_show
-- result: {account, sessions_ended}; every session ends, this one too
BEGIN
  RETURN line.accounts_password(ctx, p);
END
