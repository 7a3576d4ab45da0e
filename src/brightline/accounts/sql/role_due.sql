-- act: view
-- kind: query
-- roles: supervisor, admin
-- purposes: desk
-- inquiry: optional
-- params: {days?}
-- result: {roles: [{account, title, unit, role, from, due, confirmed, confirmed_by, origin, lapsed}]}
BEGIN
  RETURN line.accounts_roles_due(ctx, p);
END
