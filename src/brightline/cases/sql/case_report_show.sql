-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- token: yes
-- params: {case?, report}
-- result: {id, number, step, title, state, corrects, corrected_by, author, author_title, made, submitted, decided_by,
--   decided_by_title, decided, reason} with passages and may
DECLARE
  f cases.case_file := cases.find(ctx, p);
  r cases.report := cases.held_report(ctx, f, p);
BEGIN
  RETURN cases.told_report(r) || jsonb_build_object('passages', cases.told_passages(r), 'may',
    (SELECT COALESCE(jsonb_agg(t.act ORDER BY t.act), '[]')
      FROM cases.report_transition t WHERE t.state = r.state AND f.state = 'open' AND CASE
        WHEN t.act IN ('submit', 'withdraw') THEN r.author = ctx.account
        ELSE r.author <> ctx.account AND line.accounts_holds(ctx.account, f.unit, 'supervisor') END),
    '_shown', (SELECT COALESCE(jsonb_agg(DISTINCT u), '[]') FROM cases.passage s, unnest(s.subjects) u
      WHERE s.report = r.id));
END
