-- Words that the room's installed functions share.
-- callers: reader, writer

CREATE OR REPLACE FUNCTION warehouse.export_words(e warehouse.export) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', e.id, 'purpose', e.purpose_key, 'by', e.account_name, 'format',
  e.format, 'sources', e.sources,
  'items', cardinality(e.items), 'state', e.state, 'made', line.stamp(e.made), 'ended',
    line.stamp(e.ended), 'fault', e.fault,
  'rows', e.manifest -> 'rows', 'size', e.manifest #> '{file,size}', 'sha256', e.manifest #> '{file,sha256}',
    'manifest', e.manifest);

-- A desk handles the tables of its own feeds' sources; what the cases say of themselves belongs to stewards of no
-- regime.
CREATE OR REPLACE FUNCTION warehouse.mine(ctx line.context) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT f.source FROM feed.feed f WHERE f.name IN (SELECT feed.mine(ctx))
  UNION SELECT 'case' FROM line.unit u WHERE u.name = ctx.unit AND (u.regime IS NULL OR ctx.kind = 'oversight')
$$;

CREATE OR REPLACE FUNCTION warehouse.dataset_words(of text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('source', of, 'title', (SELECT s.title FROM line.source s WHERE s.name = of),
    'version', NULLIF(COALESCE(d.version, -1), -1), 'commits', COALESCE(d.commits, 0), 'rows', COALESCE(d.total, 0),
    'classes', COALESCE(d.classes, '{}'), 'last_commit', line.stamp(d.last_commit), 'fault', d.fault,
    'lag', (SELECT round(c.lag::numeric, 3) FROM warehouse.commit c WHERE c.source = of ORDER BY c.at DESC LIMIT 1),
    'waiting', CASE of WHEN 'case' THEN (SELECT count(*) FROM warehouse.outbox o WHERE o.held IS NULL)
      ELSE (SELECT count(*) FROM feed.run r JOIN feed.feed f ON f.name = r.feed WHERE f.source = of
        AND r.state = 'published' AND r.delta_version IS NULL) END,
    'held', CASE of WHEN 'case' THEN (SELECT count(*) FROM warehouse.outbox o WHERE o.held IS NOT NULL) ELSE 0 END,
    'history', COALESCE((SELECT jsonb_agg(jsonb_build_object('version', c.version, 'kind', c.kind, 'of',
      c.origin, 'put', c.put,
        'gone', c.gone, 'rows', c.total, 'lag', round(c.lag::numeric, 3), 'at', line.stamp(c.at)) ORDER BY c.at DESC)
      FROM (SELECT * FROM warehouse.commit x WHERE x.source = of ORDER BY x.at DESC LIMIT 10) c), '[]'))
  FROM (SELECT 1) one LEFT JOIN warehouse.dataset d ON d.source = of
$$;
