-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, approver, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {state?, limit?}
-- result: {disclosures: [head]}
DECLARE wanted text := line.text(p, 'state', 20); most integer := LEAST(GREATEST(line.int(p, 'limit', 100), 1), 500);
BEGIN
  RETURN jsonb_build_object('disclosures', (SELECT COALESCE(jsonb_agg(disclosures.head(d) ORDER BY d.made DESC, d.id), '[]')
    FROM (SELECT * FROM disclosures.disclosure x WHERE wanted IS NULL OR x.state = wanted ORDER BY x.made DESC, x.id LIMIT most) d));
END
