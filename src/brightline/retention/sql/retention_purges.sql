-- act: view
-- kind: query
-- roles: steward, supervisor, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {items: [{purge, id, state, unit, reason, proposed_by, proposed_title, proposed, decided_by, decided, decision_reason, certificate, bodies, counts, may}]}
BEGIN
  RETURN line.retention_list(ctx, p);
END
