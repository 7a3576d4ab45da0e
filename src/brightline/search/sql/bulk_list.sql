-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {state?}
-- result: {items: [as bulk_show], threshold}; newest first, at most 500
DECLARE wanted text := line.text(p, 'state', 20);
BEGIN
  IF wanted IS NOT NULL AND NOT wanted = ANY (ARRAY['requested', 'sampled', 'measured', 'approved', 'denied', 'withdrawn', 'running', 'done']) THEN
    PERFORM line.bad('state', 'is unknown', 'requested, sampled, measured, approved, denied, withdrawn, running or done.'); END IF;
  RETURN (SELECT jsonb_build_object('items', COALESCE(jsonb_agg(bulk.told(r) ORDER BY r.made DESC, r.id), '[]'), 'threshold', line.search_bulk_threshold(), '_count', count(*))
    FROM (SELECT * FROM bulk.request x WHERE wanted IS NULL OR x.state = wanted ORDER BY x.made DESC, x.id LIMIT 500) r);
END
