-- act: change
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- params: {id, reason}
-- result: {id, source, state}
BEGIN
  RETURN line.sources_agreement_expire(ctx, p);
END
