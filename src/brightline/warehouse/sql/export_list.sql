-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- token: yes
-- params: {id?, limit? = 50 (1–200), offset?}
-- result: {exports: [{id, purpose, by, format, sources, items, state, made, ended, fault, rows, size, sha256,
--   manifest}], total}: one's own under this purpose, newest first
DECLARE wanted uuid := line.uuid(p, 'id'); most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN jsonb_build_object('total', (SELECT count(*) FROM warehouse.export x
      WHERE x.account = ctx.account AND x.purpose = ctx.purpose AND (wanted IS NULL OR x.id = wanted)), 'exports',
        COALESCE((SELECT jsonb_agg(warehouse.export_words(e) ORDER BY e.made DESC, e.id) FROM (
    SELECT * FROM warehouse.export x WHERE x.account = ctx.account AND x.purpose = ctx.purpose
      AND (wanted IS NULL OR x.id = wanted)
    ORDER BY x.made DESC, x.id LIMIT most OFFSET skip) e), '[]'));
END
