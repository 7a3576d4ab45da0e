-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {authority}
-- result: one authority
BEGIN
  RETURN line.accounts_authority_show(ctx, p);
END
