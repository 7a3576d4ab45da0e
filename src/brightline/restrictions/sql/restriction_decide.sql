-- act: change
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- seen: line.restrictions_read
-- params: {restriction, decision: confirm | lift, reason}
-- result: the restriction
BEGIN
  RETURN line.restrictions_decide(ctx, p);
END
