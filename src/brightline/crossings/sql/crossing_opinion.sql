-- act: crossing
-- kind: command
-- roles: supervisor, steward
-- purposes: case, desk
-- inquiry: optional
-- seen: line.crossing_read
-- params: {crossing, opinion: support | oppose, text}
-- result: head with side
BEGIN
  RETURN line.crossing_opinion_add(ctx, p);
END
