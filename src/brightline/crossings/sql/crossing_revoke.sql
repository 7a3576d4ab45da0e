-- act: crossing
-- kind: command
-- roles: approver, supervisor, steward
-- purposes: desk
-- inquiry: optional
-- seen: line.crossing_read
-- then: crossing_show(crossing)
-- params: {crossing, reason}
-- result: that of crossing_show
DECLARE
  r jsonb := line.crossing_revoke(ctx, p);
BEGIN
  RETURN r || jsonb_build_object('_count', line.crossing_counts((r ->> 'id')::uuid));
END
