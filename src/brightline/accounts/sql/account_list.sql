-- act: view
-- kind: query
-- roles: admin, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {unit?, state?}
-- result: {accounts: [{id, name, title, state, created, must_change, supervisor, roles}]}
BEGIN
  RETURN line.accounts_list(ctx, p);
END
