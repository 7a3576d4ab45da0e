-- act: change
-- kind: command
-- roles: supervisor, approver
-- purposes: desk
-- inquiry: optional
-- seen: line.accounts_glass_read
-- params: {glass, review}
-- result: the request
BEGIN
  RETURN line.accounts_glass_review(ctx, p);
END
