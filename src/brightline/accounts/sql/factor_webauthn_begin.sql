-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {title?}
-- result: {challenge in hex, user, name, title, known}
BEGIN
  RETURN line.accounts_webauthn_begin(ctx, p);
END
