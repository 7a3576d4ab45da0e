-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, vetter, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {state?, limit? = 50 (1–200), offset?}
-- result: {requests: [the request], total}; newest first
BEGIN
  RETURN line.accounts_glass_list(ctx, p);
END
