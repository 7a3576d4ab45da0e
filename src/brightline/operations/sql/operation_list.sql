-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, approver, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {state?, limit?, offset?}
-- result: {operations: [head], total}
DECLARE
  wanted text := line.text(p, 'state', 40);
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := GREATEST(line.int(p, 'offset', 0), 0);
  found jsonb;
  ids jsonb;
  n integer;
BEGIN
  SELECT count(*) INTO n FROM operations.operation o WHERE wanted IS NULL OR o.state = wanted;
  SELECT COALESCE(jsonb_agg(operations.head(ctx, x) ORDER BY x.updated DESC, x.id), '[]'),
    COALESCE(jsonb_agg(x.id), '[]') INTO found, ids FROM (
    SELECT o.* FROM operations.operation o WHERE wanted IS NULL OR o.state = wanted ORDER BY o.updated DESC, o.id
      LIMIT most OFFSET skip) x;
  RETURN jsonb_build_object('operations', found, 'total', n, '_shown', ids);
END
