-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {watches: [as watch_add]}
BEGIN
  RETURN jsonb_build_object('watches', (SELECT COALESCE(jsonb_agg(analysis.watch_head(w) ORDER BY w.made DESC, w.id), '[]')
    FROM (SELECT * FROM analysis.watch x ORDER BY x.made DESC, x.id LIMIT 500) w));
END
