-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {id}
-- result: the token
BEGIN
  RETURN line.accounts_token_revoke(ctx, p);
END
