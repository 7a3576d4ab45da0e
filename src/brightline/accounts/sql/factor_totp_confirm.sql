-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: ends what its owner began a moment ago
-- params: {id, code, factor_key}; the key is the program's, never its caller's
-- result: {id, kind, title, made, recovery_codes, sessions_ended}; the codes are told once
BEGIN
  RETURN line.accounts_totp_confirm(ctx, p);
END
