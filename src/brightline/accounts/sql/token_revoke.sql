-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: one's own, which nobody else changes; what is lost has to end at once
-- params: {id}
-- result: the token
BEGIN
  RETURN line.accounts_token_revoke(ctx, p);
END
