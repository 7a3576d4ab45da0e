-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?, limit?, offset?}: by number; without a limit all
-- result: {evidence: [item with its chain], total, seals: {items, links, broken: [EV-0001]}}; the seals are those of
--   all items, whatever part is asked for
DECLARE
  f cases.case_file := cases.find(ctx, p);
  most integer := LEAST(GREATEST(line.int(p, 'limit', 100000), 1), 100000);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 1000000);
  seals jsonb := cases.told_seals(f.id);
BEGIN
  RETURN jsonb_build_object('evidence', (SELECT COALESCE(jsonb_agg(cases.told_evidence(e) ORDER BY e.number), '[]')
      FROM (SELECT x.* FROM cases.evidence x WHERE x.case_id = f.id ORDER BY x.number LIMIT most OFFSET skip) y
        JOIN cases.evidence e ON e.id = y.id),
    'total', seals -> 'items', 'seals', seals);
END
