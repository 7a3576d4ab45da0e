-- act: change
-- kind: command
-- roles: steward, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: line.retention_read
-- params: {purge, reason}
-- result: {purge, id, state, unit, reason, proposed_by, proposed_title, proposed, decided_by, decided, decision_reason,
--   certificate, bodies, counts, may}
BEGIN
  RETURN line.retention_decide(ctx, p, 'withdraw');
END
