-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {holds: [{hold, operation, person, name, status, encounter, indicia, state, by, at, clearances}]}
BEGIN
  RETURN (SELECT jsonb_build_object('holds', COALESCE(jsonb_agg(operations.hold_row(ctx, h)
    ORDER BY h.at DESC, h.id), '[]'),
    '_shown', COALESCE(jsonb_agg(h.person), '[]')) FROM operations.hold h);
END
