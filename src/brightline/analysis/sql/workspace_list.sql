-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {workspaces: [as workspace_save]}
BEGIN
  RETURN jsonb_build_object('workspaces', (SELECT COALESCE(jsonb_agg(analysis.workspace_head(w) ORDER BY w.changed DESC, w.id), '[]')
    FROM (SELECT * FROM analysis.workspace x ORDER BY x.changed DESC, x.id LIMIT 500) w));
END
