-- Revisions: what somebody decides or changes is what they have read. Each thing that can be changed or decided is
-- shown with a revision, and the command that changes it brings the one that was seen (`_seen`, beside the parameters).
-- Without it nothing is done; where it is another by now, nothing is done either, and the parts that differ are named.
-- A function's header says by whom the thing is found and held (`seen: cases.report_read`): it answers the row as it
-- stands, and NULL where there is nothing to compare. An act that needs none says why (`unread: …`); beside `seen:`
-- that means: compared where it is brought.
-- callers: reader, writer

-- 16 hex digits over all, a dot, and two for each part in the order of their names. Under a secret, so that it tells
-- nobody what a part says that isn't shown.
CREATE OR REPLACE FUNCTION line.revision(doc jsonb) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT left(encode(sha256(s.value || convert_to(doc::text, 'UTF8')), 'hex'), 16) || '.' ||
    (SELECT string_agg(lpad(to_hex(
      hashtextextended(e.value::text, ('x' || encode(substr(sha256(s.value), 1, 8), 'hex'))::bit(64)::bigint) & 255), 2,
        '0'), '' ORDER BY e.key COLLATE "C")
    FROM jsonb_each(doc) e)
  FROM line.secret s WHERE s.name = 'pseudonym'
$$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.unchanged(ctx line.context, p jsonb, doc jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE seen text := CASE WHEN jsonb_typeof(p) = 'object' THEN NULLIF(p ->> '_seen', '') END; is_now text; parts text;
BEGIN
  IF doc IS NULL THEN
    -- Hidden, ended and never there are one answer, to whoever names a revision as to whoever names none.
    IF seen IS NOT NULL THEN
      PERFORM line.conflict(ctx, 'changed', 'What you have read isn''t there any more, or can''t be seen from here.',
        'Load the list again. Nothing was done.'); END IF;
    RETURN;
  END IF;
  IF seen IS NULL THEN
    PERFORM line.conflict(ctx, 'changed', 'Say which state of it you read: nothing is decided or changed unread.',
      'Load it, then send its revision along (X-Seen); the browser and the command line do so by themselves. Nothing '
      'was done.'); END IF;
  is_now := line.revision(doc);
  IF seen = is_now THEN RETURN; END IF;
  IF length(seen) = length(is_now) THEN
    SELECT string_agg(replace(k.key, '_', ' '), ', ' ORDER BY k.n) INTO parts
      FROM (SELECT x.key, row_number() OVER (ORDER BY x.key COLLATE "C") AS n FROM jsonb_object_keys(doc) x(key)) k
      WHERE substr(seen, 18 + 2 * (k.n::integer - 1), 2) <> substr(is_now, 18 + 2 * (k.n::integer - 1), 2);
  END IF;
  PERFORM line.conflict(ctx, 'changed', format('It isn''t what you have read any more: %s changed.',
    COALESCE(parts, 'parts of it')),
    'Load it again, read what is new, then decide. Nothing was done.');
END $$;
