-- act: crossing
-- kind: command
-- roles: agent, analyst, supervisor, vetter
-- purposes: case, lead, desk
-- inquiry: optional
-- params: {crossing, reason?}
-- result: head
DECLARE
  r jsonb := line.crossing_withdraw(ctx, p);
BEGIN
  RETURN r || jsonb_build_object('_count', line.crossing_counts((r ->> 'id')::uuid));
END
