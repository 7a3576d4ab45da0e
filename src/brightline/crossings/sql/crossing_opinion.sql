-- act: crossing
-- kind: command
-- roles: supervisor, steward
-- purposes: case, desk
-- inquiry: optional
-- params: {crossing, opinion: support | oppose, text}
-- result: head with side
BEGIN
  RETURN line.crossing_opinion_add(ctx, p);
END
