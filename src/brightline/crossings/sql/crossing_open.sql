-- act: crossing
-- kind: command
-- roles: supervisor
-- purposes: case, desk
-- inquiry: optional
-- seen: line.crossing_read
-- then: crossing_show(crossing)
-- params: {crossing}: opened for a day before its decision, since the request names an imminent danger
-- result: that of crossing_show
DECLARE
  r jsonb := line.crossing_open(ctx, p);
BEGIN
  RETURN r || jsonb_build_object('_count', line.crossing_counts((r ->> 'id')::uuid));
END
