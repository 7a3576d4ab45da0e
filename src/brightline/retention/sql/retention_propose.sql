-- act: change
-- kind: command
-- roles: steward, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {items?: [id, case or lead number], due?: true for all that is due, reason}
-- result: {purge, id, state, unit, reason, proposed_by, proposed_title, proposed, decided_by, decided, decision_reason, certificate, bodies, counts, may}
BEGIN
  RETURN line.retention_propose(ctx, p);
END
