-- act: crossing
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- params: {crossing, reason}
-- result: head
BEGIN
  RETURN line.crossing_deny(ctx, p);
END
