-- act: view
-- kind: query
-- roles: admin, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {name}
-- result: account with sessions and cases as numbers
BEGIN
  RETURN line.accounts_show(ctx, p);
END
