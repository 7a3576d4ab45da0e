-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, vetter, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {state?}
-- result: {requests: [the request]}
BEGIN
  RETURN line.accounts_glass_list(ctx, p);
END
