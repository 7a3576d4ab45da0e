-- act: crossing
-- kind: command
-- roles: agent, analyst, supervisor, vetter
-- purposes: case, lead
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- then: crossing_show(crossing)
-- params: {items: [printed ids] or pointer: handle, fields: [FollowTheMoney names], basis, necessity, alternatives,
--   expires, starts?, links?, danger?, instruments?: [{caveat, reference, document}], prompts?: {name: version}, to? (a
--   lead's)}
-- result: that of crossing_show
DECLARE
  r jsonb := line.crossing_request(ctx, p);
BEGIN
  -- Not from whom: the asker's side doesn't know whose rows these are, and its statement must not tell by its size.
  RETURN r || jsonb_build_object('_count', line.crossing_counts((r ->> 'id')::uuid) - 'from');
END
