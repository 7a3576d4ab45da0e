-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- token: yes
-- params: {id?}
-- result: {exports: [{id, purpose, by, format, sources, items, state, made, ended, fault, rows, size, sha256, manifest}]}: one's own under this purpose
DECLARE wanted uuid := line.uuid(p, 'id');
BEGIN
  RETURN jsonb_build_object('exports', COALESCE((SELECT jsonb_agg(warehouse.export_words(e) ORDER BY e.made DESC) FROM (
    SELECT * FROM warehouse.export x WHERE x.account = ctx.account AND x.purpose = ctx.purpose AND (wanted IS NULL OR x.id = wanted)
    ORDER BY x.made DESC LIMIT 200) e), '[]'));
END
