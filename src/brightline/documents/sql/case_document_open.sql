-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- params: {id}
-- result: {name, media_type, content_base64} of a document that waits to be read; for the worker alone, under that
--   document's own standing order
DECLARE wanted uuid := line.uuid(p, 'id'); d cases.document;
BEGIN
  IF session_user = 'brightline_worker' THEN
    SELECT x.* INTO d FROM cases.document x JOIN documents.waiting w ON w.document = x.id
      WHERE x.id = wanted AND w.purpose = ctx.purpose AND w.stopped IS NULL
        AND w.standing_order::text = ctx.params ->> 'standing_order';
  END IF;
  IF d.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('name', d.name, 'media_type', d.media_type, 'content_base64',
    translate(encode(d.content, 'base64'), E'\n', ''),
    '_shown', jsonb_build_array(d.id));
END
