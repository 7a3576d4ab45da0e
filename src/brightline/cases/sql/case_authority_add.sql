-- act: change
-- kind: command
-- roles: supervisor
-- purposes: desk
-- inquiry: optional
-- seen: cases.case_read
-- then: case_show(case)
-- params: {case, authority}: a further authority of the same regime, with a purpose NUMBER@CODE
-- result: that of case_show
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  code text := lower(line.need(p, 'authority', 63));
  known jsonb := line.cases_authorities(ARRAY[code]) -> 0;
BEGIN
  -- What lies in custody outlives the case, and perhaps its authorities: it needs one under which people sign for it.
  IF f.state IN ('draft', 'submitted', 'returned') OR NOT EXISTS (SELECT FROM cases.evidence e WHERE e.case_id = f.id
    AND e.custodian IS NOT NULL) THEN
    PERFORM cases.working(ctx, f); END IF;
  IF known IS NULL OR NOT (known ->> 'in_force')::boolean THEN
    PERFORM line.refuse(ctx, 'authority', 'The authority is unknown or not in force.', 'See authority list.'); END IF;
  IF known ->> 'regime' <> f.regime THEN
    PERFORM line.refuse(ctx, 'regime', 'A case has one regime, for ever.',
      'Open a linked case and request a crossing.'); END IF;
  IF ctx.account = f.lead THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'The lead doesn''t widen the case alone.',
      'Another supervisor has to.'); END IF;
  PERFORM line.decider(ctx, ARRAY[f.lead]);
  IF code = ANY (f.authorities) THEN
    PERFORM line.conflict(ctx, 'exists', 'The case has that authority already.', ''); END IF;
  UPDATE cases.case_file c SET authorities = c.authorities || code WHERE c.id = f.id RETURNING * INTO f;
  PERFORM line.cases_open_purposes(ctx, f.id, f.number, f.title, f.unit, f.authorities);
  IF f.state IN ('suspended', 'closed', 'reopen_requested') THEN
    PERFORM line.cases_purpose_state(ctx, f.id, 'readonly'); END IF;
  PERFORM line.event(ctx, 'case', f.id, f.id, 'added an authority', NULL, jsonb_build_object('authority', code));
  RETURN jsonb_build_object('case', f.number, 'authorities', to_jsonb(f.authorities), 'purposes',
    line.cases_purposes(f.id));
END
