-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {from?, to?}: over the cases that this desk may see
-- result: {totals: [{week, regime, minutes, cases, people}]}
DECLARE
  since date := COALESCE(line.date(p, 'from'), CURRENT_DATE - 90);
  until date := COALESCE(line.date(p, 'to'), CURRENT_DATE + 1);
BEGIN
  RETURN jsonb_build_object('totals',
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('week', t.week, 'regime', t.regime, 'minutes', t.minutes,
      'cases', t.cases, 'people', t.people) ORDER BY t.week, t.regime), '[]')
    FROM (SELECT to_char(h.day, 'IYYY-"W"IW') AS week, f.regime, sum(h.minutes) AS minutes, count(DISTINCT f.id) AS
      cases, count(DISTINCT h.account) AS people
      FROM cases.hours h JOIN cases.case_file f ON f.id = h.case_id
      WHERE h.voided IS NULL AND h.day BETWEEN since AND until GROUP BY 1, 2) t));
END
