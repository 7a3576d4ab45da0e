-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {name, title, verifier, kdf, unit?, role?, supervisor?, authority?}
-- result: {id, name, title, purpose, proposal}
BEGIN
  RETURN line.accounts_add(ctx, p);
END
