-- act: view
-- kind: query
-- roles: steward, admin, supervisor, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {proposal}
-- result: the proposal
BEGIN
  RETURN line.accounts_proposal(ctx, p);
END
