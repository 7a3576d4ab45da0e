-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- params: {id}
-- result: the mapping with roles_ended
BEGIN
  RETURN line.accounts_group_end(ctx, p);
END
