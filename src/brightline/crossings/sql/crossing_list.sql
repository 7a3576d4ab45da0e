-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, steward, approver, overseer, vetter
-- purposes: case, lead, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {state?, unaudited?, limit? = 50 (1–200), offset?}
-- result: {crossings: [head with side], total}; newest first
BEGIN
  RETURN line.crossing_list(ctx, p);
END
