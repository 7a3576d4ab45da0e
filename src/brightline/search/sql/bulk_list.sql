-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {state?, limit? = 50 (1–200), offset?}
-- result: {items: [as bulk_show], total, threshold}; newest first
DECLARE wanted text := line.text(p, 'state', 20); most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  IF wanted IS NOT NULL AND NOT wanted = ANY (ARRAY['requested', 'sampled', 'measured', 'approved', 'denied',
    'withdrawn', 'running', 'done']) THEN
    PERFORM line.bad('state', 'is unknown',
      'requested, sampled, measured, approved, denied, withdrawn, running or done.'); END IF;
  RETURN (SELECT jsonb_build_object('items', COALESCE(jsonb_agg(bulk.told(r) ORDER BY r.made DESC, r.id), '[]'),
    'threshold', line.search_bulk_threshold(), '_count', count(*),
      'total', (SELECT count(*) FROM bulk.request x WHERE wanted IS NULL OR x.state = wanted))
    FROM (SELECT * FROM bulk.request x WHERE wanted IS NULL OR x.state = wanted ORDER BY x.made DESC, x.id
      LIMIT most OFFSET skip) r);
END
