-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- token: yes
-- params: {limit? = 50 (1–200), offset?}
-- result: {notices: [{id, kind, what, place, key, desk, case, object, detail, at, read, due}], unread, waiting, total}:
--   what waits for one's decision first, the longest waiting first; then what was told, the newest first
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
BEGIN
  RETURN line.cases_notices(ctx, most, GREATEST(line.int(p, 'offset', 0), 0));
END
