-- act: view
-- kind: query
-- roles: steward, supervisor, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {limit? = 50 (1–200), offset?}
-- result: {items: [{purge, id, state, unit, reason, proposed_by, proposed_title, proposed, decided_by, decided, decision_reason, certificate, bodies, counts, may}], total}; newest first
BEGIN
  RETURN line.retention_list(ctx, p);
END
