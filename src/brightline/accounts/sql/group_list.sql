-- act: view
-- kind: query
-- roles: admin, supervisor
-- purposes: desk
-- inquiry: optional
-- params: {}
-- result: {groups: [the mapping]}
BEGIN
  RETURN line.accounts_groups();
END
