-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {title, acts, purpose, expires, attempt, factor_key?}; the attempt is of proof_show, the key the program's
-- result: {id, title, acts, purpose, expires, token}; the token is told once
BEGIN
  RETURN line.accounts_token_add(ctx, p);
END
