-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, steward, approver, overseer, vetter
-- purposes: case, lead, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {crossing}
-- result: head with side, necessity, alternatives, danger, items (list), instruments, needs: [{caveat, kind, met}], people: [{category, people, others}],
--   people_shown, seen, review_text, covers, remarks, opinions, missing_opinions, preview, changed, chains, may
BEGIN
  RETURN line.crossing_show(ctx, p);
END
