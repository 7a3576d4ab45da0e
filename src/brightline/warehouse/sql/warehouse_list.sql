-- act: view
-- kind: query
-- roles: steward, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {limit? = 50 (1–200), offset?}: of the exports
-- result: {tables: [{source, title, version, commits, rows, classes, last_commit, lag, waiting, held, fault, history}],
--   exports: [{id, purpose, by, format, state, made, rows}], total: of the exports}; newest first
DECLARE most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN jsonb_build_object('tables', COALESCE((SELECT jsonb_agg(warehouse.dataset_words(m) ORDER BY m)
    FROM warehouse.mine(ctx) m), '[]'),
    'exports', COALESCE((SELECT jsonb_agg(warehouse.export_words(e) - 'manifest' ORDER BY e.made DESC, e.id) FROM (
      SELECT * FROM warehouse.export x WHERE ctx.kind = 'oversight' ORDER BY x.made DESC, x.id
        LIMIT most OFFSET skip) e), '[]'),
    'total', (SELECT count(*) FROM warehouse.export WHERE ctx.kind = 'oversight'));
END
