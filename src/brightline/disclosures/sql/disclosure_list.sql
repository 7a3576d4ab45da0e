-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, approver, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {state?, limit? = 50 (1–200), offset?}
-- result: {disclosures: [head], total}; newest first
DECLARE wanted text := line.text(p, 'state', 20); most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN jsonb_build_object('disclosures',
    (SELECT COALESCE(jsonb_agg(disclosures.head(d) ORDER BY d.made DESC, d.id), '[]')
    FROM (SELECT * FROM disclosures.disclosure x WHERE wanted IS NULL OR x.state = wanted ORDER BY x.made DESC, x.id
      LIMIT most OFFSET skip) d),
    'total', (SELECT count(*) FROM disclosures.disclosure x WHERE wanted IS NULL OR x.state = wanted));
END
