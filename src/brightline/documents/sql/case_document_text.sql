-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- token: yes
-- params: {case?, id, from?, limit?}: pages from this number on
-- result: {document, entity, name, kept, pages: [{page, text}]}
DECLARE
  f cases.case_file := cases.find(ctx, p);
  wanted uuid := line.uuid(p, 'id');
  start integer := GREATEST(line.int(p, 'from', 1), 1);
  most integer := LEAST(GREATEST(line.int(p, 'limit', 20), 1), 100);
  d cases.document;
BEGIN
  SELECT * INTO d FROM cases.document x WHERE x.id = wanted AND x.case_id = f.id;
  IF d.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('document', d.id, 'entity', 'case-' || replace(d.id::text, '-', ''), 'name', d.name,
    'kept', (SELECT count(*) FROM content.aspect a WHERE a.entity = d.id),
    'pages', (SELECT COALESCE(jsonb_agg(jsonb_build_object('page', g.page, 'text', g.text)
      ORDER BY g.page), '[]') FROM (
      SELECT (a.original -> 'page' ->> 0)::integer AS page, a.properties -> 'bodyText' ->> 0 AS
        text FROM content.aspect a
      WHERE a.entity = d.id AND (a.original -> 'page' ->> 0)::integer >= start ORDER BY 1 LIMIT most) g),
    '_shown', jsonb_build_array(d.id));
END
