-- act: change
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- unread: says that a notice was seen, and decides nothing
-- params: {version, remark}
-- result: the notice
BEGIN
  RETURN line.rulebook_see(ctx, p);
END
