-- act: crossing
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- seen: line.crossing_read
-- then: crossing_show(crossing)
-- params: {crossing, verdict: proper | flawed | unlawful, remarks}
-- result: that of crossing_show
DECLARE
  r jsonb := line.crossing_audit(ctx, p);
BEGIN
  RETURN r || jsonb_build_object('_count', line.crossing_counts((r ->> 'id')::uuid)
    || jsonb_build_object('verdict', r ->> 'verdict', 'ended_as', r ->> 'ended_as'));
END
