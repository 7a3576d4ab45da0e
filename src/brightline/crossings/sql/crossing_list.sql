-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, steward, approver, overseer, vetter
-- purposes: case, lead, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {state?, unaudited?, limit?}
-- result: {crossings: [head with side]}
BEGIN
  RETURN line.crossing_list(ctx, p);
END
