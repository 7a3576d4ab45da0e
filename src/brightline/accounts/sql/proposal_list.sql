-- act: view
-- kind: query
-- roles: steward, admin, supervisor, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {state?, kind?, waits_for_me?}
-- result: {proposals}
BEGIN
  RETURN line.accounts_proposals(ctx, p);
END
