-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, steward, approver, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {items: [the restriction]}: one's own; an approver's desk and oversight see all, and never whom
BEGIN
  RETURN line.restrictions_list(ctx);
END
