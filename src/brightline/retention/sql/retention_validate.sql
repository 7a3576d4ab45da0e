-- act: change
-- kind: command
-- roles: steward, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {items: [id, case or lead number], reason}
-- result: {items: as retention_due, with the new due date}; counted from now, by the same rule
BEGIN
  RETURN line.retention_validate(ctx, p);
END
