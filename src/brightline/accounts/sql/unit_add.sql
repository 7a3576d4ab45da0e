-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {name, title, parent?, regime?, contact?}
-- result: {name, title, parent, regime, contact, state}
BEGIN
  RETURN line.accounts_unit_add(ctx, p);
END
