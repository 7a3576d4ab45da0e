-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- params: {name, agreement?, assessment?}
-- result: the source
BEGIN
  RETURN line.sources_renew(ctx, p);
END
