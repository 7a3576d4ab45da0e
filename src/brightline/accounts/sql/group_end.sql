-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- unread: ends one row, which is never rewritten
-- params: {id}
-- result: the mapping with roles_ended
BEGIN
  RETURN line.accounts_group_end(ctx, p);
END
