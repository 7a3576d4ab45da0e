-- act: crossing
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- params: {crossing, reason, copies?: [{aspect, keys, document}]}; copies are the search words of the named fields, made from the preview
-- result: head
DECLARE
  r jsonb := line.crossing_approve(ctx, p);
BEGIN
  RETURN r || jsonb_build_object('_count', line.crossing_counts((r ->> 'id')::uuid));
END
