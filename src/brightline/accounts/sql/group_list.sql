-- act: view
-- kind: query
-- roles: admin, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {}
-- result: {groups: [the mapping]}
BEGIN
  RETURN line.accounts_groups();
END
