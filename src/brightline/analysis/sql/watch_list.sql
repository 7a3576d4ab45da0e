-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- token: yes
-- params: {limit? = 50 (1–200), offset?}
-- result: {watches: [as watch_add], total}; newest first
DECLARE most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN jsonb_build_object('watches', (SELECT COALESCE(jsonb_agg(analysis.watch_head(w)
    ORDER BY w.made DESC, w.id), '[]')
    FROM (SELECT * FROM analysis.watch x ORDER BY x.made DESC, x.id LIMIT most OFFSET skip) w), 'total',
      (SELECT count(*) FROM analysis.watch));
END
