-- act: change
-- kind: command
-- roles: agent, analyst, supervisor, vetter, approver
-- purposes: desk
-- inquiry: optional
-- seen: line.accounts_glass_read
-- params: {glass}
-- result: the request
BEGIN
  RETURN line.accounts_glass_end(ctx, p);
END
