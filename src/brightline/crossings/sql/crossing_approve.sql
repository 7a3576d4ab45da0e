-- act: crossing
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- seen: line.crossing_read
-- then: crossing_show(crossing)
-- params: {crossing, reason, seen, items?, expires?, copies?: [{aspect, keys, document}]}; copies are the search words
--   of the named fields, made from the preview; seen names what was shown before; items and expires narrow what was
--   asked for
-- result: that of crossing_show
DECLARE
  r jsonb := line.crossing_approve(ctx, p);
BEGIN
  RETURN r || jsonb_build_object('_count', line.crossing_counts((r ->> 'id')::uuid));
END
