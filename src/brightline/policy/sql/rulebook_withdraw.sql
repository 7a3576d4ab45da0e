-- act: change
-- kind: command
-- roles: admin, approver
-- purposes: desk
-- inquiry: optional
-- seen: line.rulebook_read
-- params: {version, reason}
-- result: head
BEGIN
  RETURN line.rulebook_withdraw(ctx, p);
END
