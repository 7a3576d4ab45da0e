-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, desk
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- token: yes
-- params: {case?, name, media_type, sha256, purpose?: predicate | other, content_base64}; the log keeps the content's
--   hash only
-- result: {id, name, media_type, size, sha256, purpose, same_as: null, or the name under which the case has these bytes
--   already, reading: null, or as in case_document_readings}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  packed text := p ->> 'content_base64';
  bytes bytea;
  told text := lower(COALESCE(line.text(p, 'sha256', 64), ''));
  called text := line.need(p, 'name', 255);
  kind text := COALESCE(lower(line.text(p, 'media_type', 120)), 'application/octet-stream');
  use text := COALESCE(line.text(p, 'purpose', 20), 'predicate');
  made cases.document;
  same text;
BEGIN
  PERFORM cases.belonging(ctx, f);
  IF NOT f.state = ANY (ARRAY['draft', 'returned', 'open']) THEN
    PERFORM line.conflict(ctx, 'state', format('The case is %s; it can only be read.',
      replace(f.state, '_', ' ')), ''); END IF;
  IF NOT use = ANY (ARRAY['predicate', 'other']) THEN
    PERFORM line.bad('purpose', 'must be predicate or other', ''); END IF;
  IF jsonb_typeof(p -> 'content_base64') IS DISTINCT FROM 'string' OR packed !~ '^[A-Za-z0-9+/=]+$'
    OR length(packed) % 4 <> 0 THEN
    PERFORM line.bad('content_base64', 'is empty or no base64', 'Send the file''s bytes.'); END IF;
  IF length(packed) > 27962028 THEN
    PERFORM line.bad('content_base64', 'is larger than 20 MB', 'Split the file.'); END IF;
  bytes := decode(packed, 'base64');
  IF told <> '' AND told <> encode(sha256(bytes), 'hex') THEN
    PERFORM line.bad('sha256', 'isn''t the hash of these bytes', 'The file changed on its way; send it again.'); END IF;
  IF kind !~ '^[a-z0-9.+-]+/[a-z0-9.+-]+$' THEN
    PERFORM line.bad('media_type', 'is no media type', 'For instance application/pdf.'); END IF;
  IF called ~ '[/\\[:cntrl:]]' THEN PERFORM line.bad('name', 'is no plain file name', 'Leave the folder out.'); END IF;
  SELECT * INTO made FROM cases.document d WHERE d.case_id = f.id AND d.sha256 = pg_catalog.sha256(bytes);
  same := made.name;
  IF same <> called THEN
    PERFORM line.event(ctx, 'document', made.id, f.id, 'added the same document again', NULL,
      jsonb_build_object('name', called, 'same_as', same, 'sha256', encode(made.sha256, 'hex')));
  ELSIF same IS NULL THEN
    INSERT INTO cases.document (case_id, name, media_type, purpose, size, sha256, content, account)
      VALUES (f.id, called, kind, use, octet_length(bytes), pg_catalog.sha256(bytes), bytes,
        ctx.account) RETURNING * INTO made;
    PERFORM line.event(ctx, 'document', made.id, f.id, 'added a document', NULL,
      jsonb_build_object('name', made.name, 'size', made.size, 'sha256', encode(made.sha256, 'hex'),
        'purpose', made.purpose));
  END IF;
  -- Under the case it is read, by the worker; a desk has no compartment for its words.
  IF f.state = 'open' AND documents.told(made.id) ->> 'state' IS DISTINCT FROM 'extracted' THEN
    PERFORM line.documents_wait(ctx, made.id); END IF;
  RETURN jsonb_build_object('id', made.id, 'name', made.name, 'media_type', made.media_type, 'size', made.size,
    'sha256', encode(made.sha256, 'hex'), 'purpose', made.purpose, 'same_as', same, 'reading', documents.told(made.id),
      '_shown', '[]'::jsonb);
END
