-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: proposes, and changes nothing: who accepts it has read the proposal
-- params: {name, agreement?, assessment?, reason}
-- result: the proposal
BEGIN
  RETURN line.sources_renew(ctx, p);
END
