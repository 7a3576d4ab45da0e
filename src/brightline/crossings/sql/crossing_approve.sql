-- act: crossing
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- params: {crossing, reason, copies?: [{aspect, keys, document}]}; copies are the search words of the named fields, made from the preview
-- result: head
BEGIN
  RETURN line.crossing_approve(ctx, p);
END
