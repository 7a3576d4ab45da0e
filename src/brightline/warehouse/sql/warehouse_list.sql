-- act: view
-- kind: query
-- roles: steward, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {tables: [{source, title, version, commits, rows, classes, last_commit, lag, waiting, held, fault, history}], exports: [{id, purpose, by, format, state, made, rows}]}
BEGIN
  RETURN jsonb_build_object('tables', COALESCE((SELECT jsonb_agg(warehouse.dataset_words(m) ORDER BY m) FROM warehouse.mine(ctx) m), '[]'),
    'exports', COALESCE((SELECT jsonb_agg(warehouse.export_words(e) - 'manifest' ORDER BY e.made DESC) FROM (
      SELECT * FROM warehouse.export x WHERE ctx.kind = 'oversight' ORDER BY x.made DESC LIMIT 50) e), '[]'));
END
