-- act: crossing
-- kind: command
-- roles: approver, supervisor, steward
-- purposes: desk
-- inquiry: optional
-- params: {crossing, reason}
-- result: head
BEGIN
  RETURN line.crossing_revoke(ctx, p);
END
