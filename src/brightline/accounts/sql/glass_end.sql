-- act: change
-- kind: command
-- roles: agent, analyst, supervisor, vetter, approver
-- purposes: desk
-- inquiry: optional
-- params: {glass}
-- result: the request
BEGIN
  RETURN line.accounts_glass_end(ctx, p);
END
