-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {from?, to?, limit? = 50 (1–200), offset? = 0 (0–1000000)}
-- result: {items: [{key, n, kind: self | colleague | family | sessions | copied | late | chain | emergency | unreviewed
--   | refused | audit | refusals | reason | log, title, detail, at, account, crossing, entries: [uuid], state: open |
--   explained, note, explained_by, explained}], total, open, limit, offset, more}; open ones first, the newest of them
--   first; n counts from the oldest on
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 1000000);
  found jsonb;
BEGIN
  found := line.oversight_exceptions(COALESCE(line.time(p, 'from'), '-infinity'), COALESCE(line.time(p, 'to'),
    'infinity'), most, skip, NULL);
  RETURN found || jsonb_build_object('limit', most, 'offset', skip, 'more', skip + most < (found ->> 'total')::integer,
    '_count', jsonb_array_length(found -> 'items'));
END
