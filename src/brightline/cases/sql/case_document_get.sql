-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, desk
-- inquiry: optional
-- token: yes
-- params: {case?, id}
-- result: {id, name, media_type, size, sha256, content_base64}
DECLARE
  f cases.case_file := cases.find(ctx, p);
  wanted uuid := line.uuid(p, 'id');
  d cases.document;
BEGIN
  SELECT * INTO d FROM cases.document x WHERE x.id = wanted AND x.case_id = f.id;
  IF d.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('id', d.id, 'name', d.name, 'media_type', d.media_type, 'size', d.size,
    'sha256', encode(d.sha256, 'hex'), 'content_base64', translate(encode(d.content, 'base64'), E'\n', ''), '_shown',
      jsonb_build_array(d.id));
END
