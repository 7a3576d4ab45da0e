-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {issuer, group, unit, role, reason?}
-- result: {id, issuer, group, unit, role, made_by, made, proposal?}
BEGIN
  RETURN line.accounts_group_add(ctx, p);
END
