-- act: change
-- kind: command
-- roles: supervisor, approver
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {item: id, case or lead number} or {source}, {reason}
-- result: {id, kind: record | case | source, label, reason, by, at, lifted, lifted_by, lift_reason}
BEGIN
  RETURN line.retention_hold(ctx, p);
END
