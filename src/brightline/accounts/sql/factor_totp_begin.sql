-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {title?, factor_key}; the key is the program's, never its caller's
-- result: {id, title, account, secret in hex}; the secret is told once
BEGIN
  RETURN line.accounts_totp_begin(ctx, p);
END
