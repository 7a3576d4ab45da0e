-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {extract: X-code, limit? = 50 (1–200), offset?: of the faults}
-- result: {…, figures: [{column, value, rows}], months, figures_total, compared: [{operation, title, planned, recorded,
--   published}], faults, faults_total}
DECLARE
  x operations.extract;
  wanted text := upper(line.need(p, 'extract', 40));
BEGIN
  SELECT * INTO x FROM operations.extract q WHERE operations.code('X', q.id) = wanted ORDER BY q.id LIMIT 1;
  IF x.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN operations.extract_head(x) || jsonb_build_object(
    'figures', (SELECT COALESCE(jsonb_agg(jsonb_build_object('column', f."column", 'value', f.value, 'rows', f.rows)
      ORDER BY f."column", f.rows DESC, f.value), '[]')
      FROM (SELECT * FROM operations.extract_figure g WHERE g.extract = x.id AND g."column" <> 'month'
        ORDER BY g.rows DESC, g."column", g.value LIMIT 300) f),
    'figures_total', (SELECT count(*) FROM operations.extract_figure g WHERE g.extract = x.id
      AND g."column" <> 'month'),
    'months', (SELECT COALESCE(jsonb_agg(jsonb_build_object('month', g.value, 'rows', g.rows) ORDER BY g.value), '[]')
      FROM operations.extract_figure g WHERE g.extract = x.id AND g."column" = 'month'),
    'compared', (SELECT COALESCE(jsonb_agg(jsonb_build_object('operation', o.number, 'title', o.title,
        'planned', (SELECT COALESCE(sum(k.value::integer), 0) FROM jsonb_each_text(operations.planned(o.id)) k),
        'recorded', (SELECT count(*) FROM operations.encounter e WHERE e.operation = o.id AND e.outcome = 'arrested'),
        'published', c.n) ORDER BY o.number), '[]')
      FROM (SELECT g.value AS called, g.rows AS n FROM operations.extract_figure g WHERE g.extract = x.id
        AND g."column" = 'operation') c
      JOIN operations.operation o ON lower(o.title) = c.called OR lower(o.number) = c.called),
    'faults', operations.extract_faults(x.id, LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200),
      GREATEST(line.int(p, 'offset', 0), 0)),
    'faults_total', (SELECT count(*) FROM operations.extract_fault q WHERE q.extract = x.id), '_count', x.kept);
END
