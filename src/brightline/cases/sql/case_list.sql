-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {state?, mine?, limit?, offset?}
-- result: {cases: [head], total}
DECLARE
  wanted text := line.text(p, 'state', 40);
  mine boolean := line.bool(p, 'mine', false);
  most integer := LEAST(GREATEST(line.int(p, 'limit', 100), 1), 200);
  skip integer := GREATEST(line.int(p, 'offset', 0), 0);
  found jsonb;
  n integer;
BEGIN
  SELECT count(*) INTO n FROM cases.case_file f
    WHERE (wanted IS NULL OR f.state = wanted) AND (NOT mine OR line.cases_capacity(ctx.account, f.id) IS NOT NULL);
  SELECT COALESCE(jsonb_agg(cases.head(x) ORDER BY x.updated DESC, x.id), '[]') INTO found FROM (
    SELECT f.* FROM cases.case_file f
    WHERE (wanted IS NULL OR f.state = wanted) AND (NOT mine OR line.cases_capacity(ctx.account, f.id) IS NOT NULL)
    ORDER BY f.updated DESC, f.id LIMIT most OFFSET skip) x;
  RETURN jsonb_build_object('cases', found, 'total', n, '_count', jsonb_array_length(found));
END
