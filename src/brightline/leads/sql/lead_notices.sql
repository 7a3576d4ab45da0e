-- act: view
-- kind: query
-- roles: vetter, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {limit? = 50 (1–200), offset?}
-- result: {notices: [{kind, to_unit, source, text, details, made, effective}], total}; newest first
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := GREATEST(line.int(p, 'offset', 0), 0); found jsonb;
BEGIN
  SELECT COALESCE(jsonb_agg(jsonb_build_object('kind', n.kind, 'to_unit', n.to_unit, 'source', n.to_source, 'text',
    n.text, 'details', n.details,
      'made', line.stamp(n.made), 'effective', line.stamp(n.effective)) ORDER BY n.made DESC, n.id), '[]')
    INTO found FROM (SELECT * FROM leads.notice x ORDER BY x.made DESC, x.id LIMIT most OFFSET skip) n;
  RETURN jsonb_build_object('notices', found, 'total', (SELECT count(*) FROM leads.notice), '_count',
    jsonb_array_length(found));
END
