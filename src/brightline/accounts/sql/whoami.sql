-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {id, account, title, must_change, supervisor, units, roles, purposes}
BEGIN
  RETURN line.accounts_whoami(ctx);
END
