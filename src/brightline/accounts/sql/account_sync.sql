-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- unread: takes a provider's whole list; what would end too many is decided apart, by its revision
-- params: {issuer, users: [{subject, active, groups?}], complete?}
-- result: {issuer, listed, known, left, sessions_ended, changed}
BEGIN
  RETURN line.accounts_sync(ctx, p);
END
