-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {}
-- result: {tokens: [{id, title, account, acts, purpose, made, expires, ended, state}]}
BEGIN
  RETURN line.accounts_tokens(ctx);
END
