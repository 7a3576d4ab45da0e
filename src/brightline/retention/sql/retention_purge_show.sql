-- act: view
-- kind: query
-- roles: steward, supervisor, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {purge}
-- result: {purge, id, state, unit, reason, proposed_by, proposed_title, proposed, decided_by, decided, decision_reason, certificate, bodies, counts, may} with items: [{kind, id, source, label, due, outcome, why, sha256}]
BEGIN
  RETURN line.retention_show(ctx, p);
END
