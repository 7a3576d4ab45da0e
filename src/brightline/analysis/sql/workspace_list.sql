-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- token: yes
-- params: {limit? = 50 (1–200), offset?}
-- result: {workspaces: [as workspace_save], total}; newest first
DECLARE most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN jsonb_build_object('workspaces', (SELECT COALESCE(jsonb_agg(analysis.workspace_head(w)
    ORDER BY w.changed DESC, w.id), '[]')
    FROM (SELECT * FROM analysis.workspace x ORDER BY x.changed DESC, x.id LIMIT most OFFSET skip) w), 'total',
      (SELECT count(*) FROM analysis.workspace));
END
