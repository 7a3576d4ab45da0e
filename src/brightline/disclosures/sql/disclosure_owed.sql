-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, approver, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {limit?, offset?}
-- result: {owed: [{disclosure, case, recipient, address, notice, kind, text, at, days}], total}: notices that their
--   recipients haven't confirmed, oldest first
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 100000);
BEGIN
  RETURN jsonb_build_object('total', (SELECT count(*) FROM disclosures.notice n JOIN disclosures.disclosure d
    ON d.id = n.disclosure WHERE n.confirmed IS NULL),
    'owed', (SELECT COALESCE(jsonb_agg(jsonb_build_object('disclosure', o.number, 'case', o.of_case,
      'recipient', o.recipient,
        'address', o.address, 'notice', o.id, 'kind', o.kind, 'text', o.text, 'at', line.stamp(o.at),
        'days', floor(extract(epoch FROM ctx.at - o.at) / 86400)::integer) ORDER BY o.at, o.id), '[]')
      FROM (SELECT n.id, n.kind, n.text, n.at, d.number, d.recipient, d.address, (SELECT c.number FROM cases.case_file c
        WHERE c.id = d.case_id) AS of_case
        FROM disclosures.notice n JOIN disclosures.disclosure d ON d.id = n.disclosure WHERE n.confirmed IS NULL
        ORDER BY n.at, n.id LIMIT most OFFSET skip) o));
END
