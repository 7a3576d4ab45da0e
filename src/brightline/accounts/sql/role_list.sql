-- act: view
-- kind: query
-- roles: admin, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {account?, unit?}
-- result: {roles: [{account, title, unit, role, supervisor, from, to}]}
BEGIN
  RETURN line.accounts_role_list(ctx, p);
END
