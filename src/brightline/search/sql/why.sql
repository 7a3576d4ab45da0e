-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {id}
-- result: {visible, rules: [{marking, rule, why, source, aspects}], pointers}. Absent and hidden are one answer, save
--   what pointers tell.
DECLARE
  wanted uuid := line.uuid(p, 'id');
  seen jsonb;
BEGIN
  IF wanted IS NULL THEN PERFORM line.bad('id', 'is missing', 'Name the entity by the id that a list printed.'); END IF;
  SELECT COALESCE(jsonb_agg(jsonb_build_object('marking', g.marking, 'source', g.source, 'aspects', g.n)
    ORDER BY g.source, g.marking), '[]')
    INTO seen FROM (SELECT a.marking, a.source, count(*) AS n FROM content.aspect a
      WHERE a.entity = wanted GROUP BY 1, 2) g;
  RETURN jsonb_build_object('visible', seen <> '[]',
    'rules', (SELECT COALESCE(jsonb_agg(s || r ORDER BY s ->> 'source', r ->> 'rule'), '[]')
      FROM jsonb_array_elements(seen) s
      JOIN jsonb_array_elements(line.rules_for(ARRAY(SELECT (e ->> 'marking')::integer
        FROM jsonb_array_elements(seen) e))) r
        ON r -> 'marking' = s -> 'marking'),
    'pointers', line.pointers_of(ctx, wanted),
    '_shown', CASE WHEN seen = '[]' THEN '[]'::jsonb ELSE jsonb_build_array(wanted) END);
END
