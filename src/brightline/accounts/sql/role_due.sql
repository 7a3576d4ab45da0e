-- act: view
-- kind: query
-- roles: supervisor, admin, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {days?}
-- result: {roles: [{account, title, unit, role, from, due, confirmed, confirmed_by, origin, lapsed}]}
BEGIN
  RETURN line.accounts_roles_due(ctx, p);
END
