-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {}
-- result: {wanted, waits, recovery_left, factors: [{id, kind, title, made, used}]}
BEGIN
  RETURN line.accounts_factors(ctx);
END
