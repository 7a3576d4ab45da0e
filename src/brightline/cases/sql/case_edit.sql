-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: cases.case_read
-- then: case_show(case)
-- params: {case, title?, predicate?, category?, priority?, supervisor?, restricted?}; drafts and returned cases only
-- result: that of case_show
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  old jsonb := jsonb_build_object('title', f.title, 'predicate', f.predicate, 'category', f.category,
    'priority', f.priority);
  boss uuid := f.supervisor;
BEGIN
  PERFORM cases.belonging(ctx, f);
  IF NOT f.state = ANY (ARRAY['draft', 'returned']) THEN
    PERFORM line.conflict(ctx, 'state', format('A case that is %s isn''t edited.', replace(f.state, '_', ' ')),
      'What changes after the approval is a note.'); END IF;
  f.title := COALESCE(line.text(p, 'title', 200), f.title);
  f.predicate := COALESCE(line.text(p, 'predicate', 20000), f.predicate);
  f.category := COALESCE(line.text(p, 'category', 200), f.category);
  f.priority := COALESCE(line.text(p, 'priority', 10), f.priority);
  f.restricted := line.bool(p, 'restricted', f.restricted);
  IF length(f.title) < 5 THEN
    PERFORM line.bad('title', 'has fewer than 5 characters', 'Say what the case is about.'); END IF;
  IF length(f.predicate) < 40 THEN PERFORM line.refuse(ctx, 'predicate', 'The predicate has fewer than 40 characters.',
    'Write the facts.'); END IF;
  IF NOT f.priority = ANY (ARRAY['low', 'normal', 'high']) THEN
    PERFORM line.bad('priority', 'is unknown', 'low, normal or high.'); END IF;
  IF line.text(p, 'supervisor', 63) IS NOT NULL THEN
    boss := line.accounts_id(line.text(p, 'supervisor', 63));
    IF boss IS NULL OR boss = f.lead OR NOT line.accounts_holds(boss, f.unit, 'supervisor') THEN
      PERFORM line.bad('supervisor', 'is no other supervisor of this unit', 'Name one of the unit.'); END IF;
  END IF;
  IF f.restricted AND boss IS NULL THEN
    PERFORM line.bad('supervisor', 'is missing',
      'A restricted case shows to its named supervisor alone; name one.'); END IF;
  UPDATE cases.case_file c SET title = f.title, predicate = f.predicate, category = f.category, priority = f.priority,
    restricted = f.restricted, supervisor = boss WHERE c.id = f.id RETURNING * INTO f;
  PERFORM line.cases_ref_set(ctx, f.id, boss, f.restricted);
  PERFORM line.event(ctx, 'case', f.id, f.id, 'edited the draft', old,
    jsonb_build_object('title', f.title, 'predicate', f.predicate, 'category', f.category, 'priority', f.priority));
  RETURN cases.head(f);
END
