-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?, limit? = 100 (1–500), offset?, before?}
-- result: {activity: [{at, by, title, what, object: {kind, id}, old, new, entry}], total}, newest first, of what is
--   older than `before`
DECLARE
  f cases.case_file := cases.find(ctx, p);
  most integer := LEAST(GREATEST(line.int(p, 'limit', 100), 1), 500);
  skip integer := GREATEST(line.int(p, 'offset', 0), 0);
  until timestamptz := COALESCE(line.time(p, 'before'), 'infinity');
BEGIN
  RETURN jsonb_build_object('activity', (SELECT COALESCE(jsonb_agg(jsonb_build_object('at', line.stamp(e.at),
      'by', e.account_name, 'title', line.accounts_title(e.account), 'what', e.what,
      'object', jsonb_build_object('kind', e.object_kind, 'id', COALESCE((SELECT i.printed FROM cases.item i
        WHERE i.case_id = f.id AND i.object = e.object_id LIMIT 1), e.object_id::text)),
      'old', e.old, 'new', e.new, 'entry', e.entry) ORDER BY e.at DESC, e.id), '[]')
    FROM (SELECT v.* FROM content.event v WHERE v.case_id = f.id AND v.at < until ORDER BY v.at DESC, v.id
      LIMIT most OFFSET skip) e),
    'total', (SELECT count(*) FROM content.event v WHERE v.case_id = f.id AND v.at < until));
END
