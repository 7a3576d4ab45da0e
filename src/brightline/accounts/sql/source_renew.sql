-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- params: {name, agreement?, assessment?, reason}
-- result: the proposal
BEGIN
  RETURN line.sources_renew(ctx, p);
END
