-- act: change
-- kind: command
-- roles: admin
-- purposes: desk
-- inquiry: optional
-- seen: line.rulebook_base_read
-- params: {book, yaml, reason, effective}
-- result: head, state unchecked
BEGIN
  RETURN line.rulebook_propose(ctx, p);
END
