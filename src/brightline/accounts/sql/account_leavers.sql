-- act: view
-- kind: query
-- roles: admin, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {}
-- result: {leavers: [{id, issuer, accounts, known, asked_by, asked, state, decided_by, decided, reason, mine}]}
BEGIN
  RETURN line.accounts_leavers(ctx);
END
