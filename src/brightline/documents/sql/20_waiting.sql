-- What the worker may do with what waits, and what people are told of it.
-- callers: worker

-- Documents to read now, at most so many: of each account its oldest first, so that nobody's many hold up another's
-- one. A worker that begins takes what its forerunner had taken; what is taken and isn't done in three minutes is taken
-- again.
CREATE OR REPLACE FUNCTION documents.work(most integer, begun boolean) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE late timestamptz := clock_timestamp() - interval '3 minutes'; found jsonb;
BEGIN
  IF begun THEN UPDATE documents.waiting w SET taken = NULL WHERE w.stopped IS NULL AND w.taken IS NOT NULL; END IF;
  PERFORM line.documents_stop(w.document, 'attempts') FROM documents.waiting w
    WHERE w.stopped IS NULL AND w.attempts >= 3 AND (w.taken IS NULL OR w.taken < late);
  WITH due AS (
    SELECT x.document FROM (
      SELECT w.document, w.asked, row_number() OVER (PARTITION BY w.account ORDER BY w.asked, w.document) AS place
      FROM documents.waiting w WHERE w.stopped IS NULL AND (w.taken IS NULL OR w.taken < late)) x
    ORDER BY x.place, x.asked LIMIT LEAST(most, 10)),
  taken AS (
    UPDATE documents.waiting w SET taken = clock_timestamp(), attempts = w.attempts + 1 FROM due
    WHERE w.document = due.document AND w.stopped IS NULL AND (w.taken IS NULL OR w.taken < late) RETURNING w.*)
  SELECT jsonb_agg(jsonb_build_object('document', t.document, 'purpose', t.purpose_key, 'order',
    t.standing_order) ORDER BY t.asked)
    INTO found FROM taken t;
  RETURN COALESCE(found, '[]');
END $$;

CREATE OR REPLACE FUNCTION documents.stop(which uuid, code text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.documents_stop(which, code) $$;

-- How a document stands: read, being read, or why not. Of one that nobody asked to read nothing is told.
-- callers: reader, writer
-- owner: owner
CREATE OR REPLACE FUNCTION documents.told(which uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT COALESCE(
    (SELECT jsonb_build_object('document', w.document, 'state', CASE WHEN w.stopped IS NULL
      THEN 'waiting' ELSE 'stopped' END,
        'reason', CASE w.stopped
          WHEN 'refused' THEN
            'Who added it may no longer work under the case, or the case rests. Ask for its reading again.'
          WHEN 'box' THEN
            'This server can''t close its box, so it reads no files. See `brightline doctor`, then ask for its reading '
            'again.'
          WHEN 'attempts'
            THEN 'Reading it failed three times. Ask for its reading again, or add the file in another form.' ELSE ''
            END,
        'whole', false, 'format', '', 'pages', 0, 'kept', 0, 'characters', 0, 'by', line.accounts_name(w.account),
          'at', line.stamp(w.asked))
      FROM documents.waiting w WHERE w.document = which),
    (SELECT jsonb_build_object('document', r.document, 'state', r.state, 'reason', r.reason, 'whole',
      r.state = 'extracted' AND r.reason = '', 'format', r.format, 'pages', r.pages,
        'kept', r.kept, 'characters', r.characters, 'by', line.accounts_name(r.account), 'at', line.stamp(r.at))
      FROM documents.reading r WHERE r.document = which))
$$;

-- For whoever searches under the case: how many of its documents aren't in the search whole, and of those how many at
-- all.
-- callers: reader, writer
-- owner: owner
CREATE OR REPLACE FUNCTION documents.unread(of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN count(*) > 0
    THEN jsonb_build_object('documents', count(*), 'partly', count(*) FILTER (WHERE r.state = 'extracted')) END
    FROM cases.document d LEFT JOIN documents.reading r ON r.document = d.id
    WHERE d.case_id = of_case AND NOT COALESCE(r.state = 'extracted' AND r.reason = '', false)
$$;
