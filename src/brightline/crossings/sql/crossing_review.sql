-- act: crossing
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- seen: line.crossing_read
-- then: crossing_show(crossing)
-- params: {crossing, finding: permitted | not_permitted, reason, covers?: [caveats whose order or form was read]}
-- result: that of crossing_show
DECLARE
  r jsonb := line.crossing_review(ctx, p);
BEGIN
  RETURN r || jsonb_build_object('_count', line.crossing_counts((r ->> 'id')::uuid) ||
    jsonb_build_object('finding', r ->> 'finding'));
END
