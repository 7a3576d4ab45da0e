-- act: view
-- kind: query
-- roles: admin, supervisor
-- purposes: desk
-- inquiry: optional
-- params: {account?, unit?}
-- result: {roles: [{account, title, unit, role, supervisor, from, to}]}
BEGIN
  RETURN line.accounts_role_list(ctx, p);
END
