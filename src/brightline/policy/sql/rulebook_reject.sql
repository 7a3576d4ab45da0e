-- act: change
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- seen: line.rulebook_read
-- params: {version, reason}
-- result: head
BEGIN
  RETURN line.rulebook_reject(ctx, p);
END
