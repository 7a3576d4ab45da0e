-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: ends what its owner began a moment ago
-- params: {challenge, credential, public_key, sign_count}
-- result: as factor_totp_confirm
BEGIN
  RETURN line.accounts_webauthn_confirm(ctx, p);
END
