-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- then: case_show(case)
-- params: {title, authority or authorities, predicate, category?, priority?, supervisor?, restricted?}
-- result: that of case_show
DECLARE
  codes text[] := line.texts(p, 'authorities', 10);
  known jsonb;
  boss_name text := line.text(p, 'supervisor', 63);
  boss uuid;
  rank text := COALESCE(line.text(p, 'priority', 10), 'normal');
  hidden boolean := line.bool(p, 'restricted', false);
  facts text := COALESCE(line.text(p, 'predicate', 20000), '');
  called text := line.need(p, 'title', 200);
  regime text;
  made cases.case_file;
BEGIN
  IF codes = '{}' THEN codes := ARRAY[line.need(p, 'authority', 63)]; END IF;
  codes := ARRAY(SELECT lower(btrim(c)) FROM unnest(codes) c);
  known := line.cases_authorities(codes);
  IF length(called) < 5 THEN
    PERFORM line.bad('title', 'has fewer than 5 characters', 'Say what the case is about.'); END IF;
  IF NOT rank = ANY (ARRAY['low', 'normal', 'high']) THEN
    PERFORM line.bad('priority', 'is unknown', 'low, normal or high.'); END IF;
  IF length(facts) < 40 THEN
    PERFORM line.refuse(ctx, 'predicate', 'The predicate states no facts: it has fewer than 40 characters.',
      'Write the facts that justify the case: who, what, when, from which source.'); END IF;
  IF jsonb_array_length(known) < cardinality(codes)
     OR EXISTS (SELECT FROM jsonb_array_elements(known) a WHERE NOT (a ->> 'in_force')::boolean) THEN
    PERFORM line.refuse(ctx, 'authority', 'An authority named here is unknown or not in force.',
      'Name a statute section that is in force today; see authority list.'); END IF;
  IF (SELECT count(DISTINCT a ->> 'regime') FROM jsonb_array_elements(known) a) > 1 THEN
    PERFORM line.refuse(ctx, 'regime', 'A case has one regime, and these authorities are of several.',
      'Open one case for each regime; what one needs of the other is a crossing.'); END IF;
  regime := known -> 0 ->> 'regime';
  IF regime <> ctx.regime THEN
    PERFORM line.refuse(ctx, 'regime', format('This desk works in the %s regime.', ctx.regime),
      'Open the case at a desk of its own regime.'); END IF;
  IF regime = 'criminal' AND line.text(p, 'category', 200) IS NULL THEN
    PERFORM line.refuse(ctx, 'category', 'The criminal activity isn''t named.',
      'Fill in the category, for instance procurement fraud.'); END IF;
  IF boss_name IS NOT NULL THEN
    boss := line.accounts_id(boss_name);
    IF boss IS NULL OR boss = ctx.account OR NOT line.accounts_holds(boss, ctx.unit, 'supervisor') THEN
      PERFORM line.bad('supervisor', 'is no other supervisor of this unit',
        'Leave it out, or name one of the unit.'); END IF;
  END IF;
  IF hidden AND boss IS NULL THEN
    PERFORM line.bad('supervisor', 'is missing',
      'A restricted case shows to its named supervisor alone; name one.'); END IF;
  made.id := gen_random_uuid();
  made.number := line.cases_create(ctx, made.id, boss, hidden);
  INSERT INTO cases.case_file (id, number, title, regime, authorities, predicate, category, priority, unit, lead,
    supervisor, restricted, made_by)
    VALUES (made.id, made.number, called, regime, codes, facts,
      COALESCE(line.text(p, 'category', 200), ''), rank, ctx.unit,
      ctx.account, boss, hidden, ctx.account) RETURNING * INTO made;
  PERFORM line.event(ctx, 'case', made.id, made.id, 'opened a draft', NULL,
    jsonb_build_object('title', made.title, 'regime', made.regime, 'authorities', made.authorities));
  RETURN cases.head(made);
END
