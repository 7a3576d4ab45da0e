-- act: crossing
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- params: {crossing, reason?}
-- result: head
BEGIN
  RETURN line.crossing_withdraw(ctx, p);
END
