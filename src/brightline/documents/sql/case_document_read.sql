-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: done by the worker, which has read the row it works on
-- params: {case?, id, state, reason, format, pages, last, content_base64}; content_base64 holds a JSON list [{page,
--   text, document}] of pages to keep, document being their search words; the log keeps its hash. With last the reading
--   is told; for the worker alone, under that document's own standing order
-- result: {document, state, reason, format, pages, kept, characters}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  wanted uuid := line.uuid(p, 'id');
  packed text := COALESCE(p ->> 'content_base64', 'W10=');
  ended text := lower(COALESCE(line.text(p, 'state', 20), ''));
  why text := COALESCE(line.text(p, 'reason', 500), '');
  sort text := COALESCE(line.text(p, 'format', 20), '');
  total integer := line.int(p, 'pages', 0);
  done boolean := line.bool(p, 'last', true);
  d cases.document;
  raw text;
  given jsonb;
  label integer := line.case_marking(ctx.authority);
  n integer; size integer;
  day date := (ctx.at AT TIME ZONE 'UTC')::date;
BEGIN
  SELECT * INTO d FROM cases.document x WHERE x.id = wanted AND x.case_id = f.id;
  -- The words of a document are what the worker read in it: under the order of this one, and from nobody else.
  IF d.id IS NULL OR session_user <> 'brightline_worker' OR NOT EXISTS (SELECT FROM documents.waiting w
    WHERE w.document = d.id
      AND w.stopped IS NULL AND w.standing_order::text = ctx.params ->> 'standing_order') THEN
        PERFORM line.missing(ctx); END IF;
  PERFORM cases.belonging(ctx, f);
  PERFORM cases.working(ctx, f);
  IF EXISTS (SELECT FROM documents.reading r WHERE r.document = d.id AND r.state = 'extracted') THEN
    PERFORM line.conflict(ctx, 'read', 'This document was read already.',
      'Search its words, or open its text.'); END IF;
  IF NOT ended = ANY (ARRAY['extracted', 'empty', 'encrypted', 'broken', 'unsupported', 'too_large', 'too_slow']) THEN
    PERFORM line.bad('state', 'is unknown', 'As the reading of the document ended.'); END IF;
  IF total NOT BETWEEN 0 AND 1000000 THEN PERFORM line.bad('pages', 'must be 0 to 1,000,000', ''); END IF;
  IF jsonb_typeof(COALESCE(p -> 'content_base64', '"W10="')) <> 'string' OR packed !~ '^[A-Za-z0-9+/=]+$'
    OR length(packed) % 4 <> 0
     OR length(packed) > 20000000 THEN
    PERFORM line.bad('content_base64', 'is no base64 of at most 15 MB', 'Send fewer pages at a time.'); END IF;
  BEGIN
    raw := convert_from(decode(packed, 'base64'), 'UTF8');
  EXCEPTION WHEN data_exception THEN raw := '';
  END;
  IF NOT pg_input_is_valid(raw, 'jsonb') THEN PERFORM line.bad('content_base64', 'holds no list of pages', ''); END IF;
  given := raw::jsonb;
  IF jsonb_typeof(given) <> 'array' OR EXISTS (SELECT FROM jsonb_array_elements(given) e
    WHERE jsonb_typeof(e) <> 'object'
      OR NOT pg_input_is_valid(COALESCE(e ->> 'page', 'x'), 'integer') OR COALESCE(e ->> 'text', '') = ''
        OR length(e ->> 'text') > 1000000) THEN
    PERFORM line.bad('content_base64', 'holds something that is no page', ''); END IF;
  INSERT INTO content.record (id, source, source_key, version, hash, payload, marking, compartment)
    VALUES (d.id, 'case', d.id::text, 1, d.sha256, jsonb_build_object('file', d.name, 'media_type',
      d.media_type), label, f.id)
    ON CONFLICT (source, source_key, version) DO NOTHING;
  INSERT INTO content.aspect (id, record, source, entity, cluster, marking, compartment, schema, caption, properties,
    original, keys, text, first, last)
    SELECT md5(d.id::text || '/' || (e ->> 'page'))::uuid, d.id, 'case', d.id, d.id, COALESCE(c.marking, label),
      COALESCE(c.compartment, f.id), 'Document', d.name,
      jsonb_build_object('fileName', jsonb_build_array(d.name), 'title',
        jsonb_build_array(format('%s, page %s', d.name, e ->> 'page')),
        'bodyText', jsonb_build_array(e ->> 'text')),
      jsonb_build_object('page', jsonb_build_array(e ->> 'page')), '{}',
      to_tsvector('pg_catalog.simple', left(COALESCE(e ->> 'document', e ->> 'text'), 300000)), day, day
    FROM jsonb_array_elements(given) e CROSS JOIN LATERAL line.cases_rests_on(ctx, e ->> 'text', '{}') c
      ON CONFLICT (entity, id) DO NOTHING;
  PERFORM line.cases_document_rests(d.id);
  SELECT count(*), COALESCE(sum(length(a.properties -> 'bodyText' ->> 0)), 0) INTO n, size
    FROM content.aspect a WHERE a.entity = d.id;
  IF done THEN
    IF ended = 'extracted' AND n = 0 THEN
      PERFORM line.bad('content_base64', 'holds no page', 'A reading that found text brings it.'); END IF;
    IF ended <> 'extracted' AND (n > 0 OR why = '') THEN
      PERFORM line.bad('reason', 'is missing, or pages stand against the state', 'Say why nothing was read.'); END IF;
    INSERT INTO documents.reading (document, case_id, state, reason, format, pages, kept, characters, account)
      VALUES (d.id, f.id, ended, why, sort, total, n, size, ctx.account)
      ON CONFLICT (document) DO UPDATE SET state = excluded.state, reason = excluded.reason, format = excluded.format,
        pages = excluded.pages, kept = excluded.kept, characters = excluded.characters, account = excluded.account,
          at = clock_timestamp();
    PERFORM line.documents_done(d.id);
    PERFORM line.cases_match_due(f.id, 'words', d.id);
    PERFORM line.event(ctx, 'document', d.id, f.id, CASE ended WHEN 'extracted' THEN 'read a document'
      ELSE 'could not read a document' END,
      NULL, jsonb_build_object('name', d.name, 'state', ended, 'pages', n, 'reason', why));
  END IF;
  RETURN jsonb_build_object('document', d.id, 'state', ended, 'reason', why, 'format', sort, 'pages', total, 'kept',
    n, 'characters', size);
END
