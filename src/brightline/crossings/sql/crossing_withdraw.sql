-- act: crossing
-- kind: command
-- roles: agent, analyst, supervisor, vetter
-- purposes: case, lead, desk
-- inquiry: optional
-- seen: line.crossing_read
-- then: crossing_show(crossing)
-- params: {crossing, reason?}
-- result: that of crossing_show
DECLARE
  r jsonb := line.crossing_withdraw(ctx, p);
BEGIN
  -- Not from whom: the asker's side doesn't know whose rows these are, and its statement must not tell by its size.
  RETURN r || jsonb_build_object('_count', line.crossing_counts((r ->> 'id')::uuid) - 'from');
END
