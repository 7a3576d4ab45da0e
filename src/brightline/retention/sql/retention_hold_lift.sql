-- act: change
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- seen: line.retention_hold_read
-- params: {hold, reason}
-- result: {id, kind: record | case | source, label, reason, by, at, lifted, lifted_by, lift_reason}
BEGIN
  RETURN line.retention_hold_lift(ctx, p);
END
