-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {extract: X-code, limit? = 50 (1–200), offset?: of the faults}
-- result: {…, figures: [{column, value, rows}], months, figures_total, compared: [{operation, title, planned, recorded, published}],
--   faults, faults_total}
DECLARE
  x operations.extract;
  wanted text := upper(line.need(p, 'extract', 40));
BEGIN
  SELECT * INTO x FROM operations.extract q WHERE operations.code('X', q.id) = wanted ORDER BY q.id LIMIT 1;
  IF x.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN operations.extract_head(x) || jsonb_build_object(
    'figures', (SELECT COALESCE(jsonb_agg(jsonb_build_object('column', f.k, 'value', f.v, 'rows', f.n) ORDER BY f.k, f.n DESC, f.v), '[]') FROM (
      SELECT v.key AS k, v.value AS v, count(*) AS n FROM operations.extract_row r, jsonb_each_text(r.values) v
      WHERE r.extract = x.id AND v.key IN ('method', 'program', 'criminality', 'case_status', 'release_reason', 'final_order', 'operation')
      GROUP BY 1, 2 ORDER BY n DESC LIMIT 300) f),
    'figures_total', (SELECT count(*) FROM (SELECT DISTINCT v.key, v.value FROM operations.extract_row r, jsonb_each_text(r.values) v
      WHERE r.extract = x.id AND v.key IN ('method', 'program', 'criminality', 'case_status', 'release_reason', 'final_order', 'operation')) d),
    'months', (SELECT COALESCE(jsonb_agg(jsonb_build_object('month', m.m, 'rows', m.n) ORDER BY m.m), '[]') FROM (
      SELECT to_char(r.day, 'YYYY-MM') AS m, count(*) AS n FROM operations.extract_row r WHERE r.extract = x.id GROUP BY 1) m),
    'compared', (SELECT COALESCE(jsonb_agg(jsonb_build_object('operation', o.number, 'title', o.title,
        'planned', (SELECT COALESCE(sum(k.value::integer), 0) FROM jsonb_each_text(operations.planned(o.id)) k),
        'recorded', (SELECT count(*) FROM operations.encounter e WHERE e.operation = o.id AND e.outcome = 'arrested'),
        'published', c.n) ORDER BY o.number), '[]')
      FROM (SELECT lower(r.values ->> 'operation') AS called, count(*) AS n FROM operations.extract_row r WHERE r.extract = x.id GROUP BY 1) c
      JOIN operations.operation o ON lower(o.title) = c.called OR lower(o.number) = c.called),
    'faults', operations.extract_faults(x.id, LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200), GREATEST(line.int(p, 'offset', 0), 0)),
    'faults_total', (SELECT count(*) FROM operations.extract_fault q WHERE q.extract = x.id), '_count', x.kept);
END
