-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- params: {issuer, users: [{subject, active, groups?}], complete?}
-- result: {issuer, listed, known, left, sessions_ended, changed}
BEGIN
  RETURN line.accounts_sync(ctx, p);
END
