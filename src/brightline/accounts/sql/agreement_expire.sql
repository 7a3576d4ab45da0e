-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: proposes, and changes nothing: who accepts it has read the proposal
-- params: {id, reason}
-- result: the proposal
BEGIN
  RETURN line.sources_agreement_expire(ctx, p);
END
