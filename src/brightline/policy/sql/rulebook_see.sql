-- act: change
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {version, remark}
-- result: the notice
BEGIN
  RETURN line.rulebook_see(ctx, p);
END
