-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- then: operation_show(operation)
-- params: {title, starts, sites: [text], objectives: [{text, regime?, instrument, authority, cost?}] by rank, expected:
--   [{regime?, category, people}], budget?: {regime: amount}, case?}
-- result: that of operation_show
DECLARE
  o operations.operation;
  j jsonb;
  law jsonb;
  n integer := 0;
  called text := line.need(p, 'title', 200);
  places text[] := line.texts(p, 'sites', 100);
  of_case text := upper(line.text(p, 'case', 100));
BEGIN
  IF length(called) < 5 THEN
    PERFORM line.bad('title', 'has fewer than 5 characters', 'Say what the operation is for.'); END IF;
  IF cardinality(places) = 0 OR EXISTS (SELECT FROM unnest(places) s WHERE length(btrim(s)) NOT BETWEEN 3 AND 300) THEN
    PERFORM line.bad('sites', 'needs at least one place', 'Name each place in 3 to 300 characters.'); END IF;
  IF line.date(p, 'starts') IS NULL THEN
    PERFORM line.bad('starts', 'is missing', 'Say on which day it begins.'); END IF;
  IF jsonb_typeof(COALESCE(p -> 'budget', '{}')) <> 'object' THEN
    PERFORM line.bad('budget', 'must be amounts by regime', 'Send an object.'); END IF;
  IF ctx.regime IS NULL OR ctx.regime = 'oversight' THEN
    PERFORM line.refuse(ctx, 'regime', 'This desk carries out no operations.',
      'Plan at a desk of a criminal, civil or regulatory unit.'); END IF;
  o.id := gen_random_uuid();
  o.number := line.operations_create(ctx, o.id);
  IF of_case IS NOT NULL THEN
    o.case_id := line.operations_case(of_case);
    IF o.case_id IS NULL THEN PERFORM line.missing(ctx); END IF;
  END IF;
  INSERT INTO operations.operation (id, number, title, regime, unit, author, case_id, sites, starts, budget)
    VALUES (o.id, o.number, called, ctx.regime, ctx.unit, ctx.account, o.case_id, places, line.date(p, 'starts'),
      operations.amounts(ctx, COALESCE(p -> 'budget', '{}'))) RETURNING * INTO o;
  FOR j IN SELECT * FROM operations.rows(p, 'objectives', 50) LOOP
    n := n + 1;
    law := operations.objective_law(ctx, j, n);
    INSERT INTO operations.objective (operation, rank, text, regime, instrument, authority, cost)
      VALUES (o.id, n, line.need(j, 'text', 2000), law ->> 'regime', line.need(j, 'instrument', 40), law ->> 'code',
        operations.money(j, 'cost'));
  END LOOP;
  IF n = 0 THEN PERFORM line.bad('objectives', 'is empty', 'Rank at least one objective.'); END IF;
  PERFORM line.under(ctx, operations.authority(o.id));
  FOR j IN SELECT * FROM operations.rows(p, 'expected', 50) LOOP
    PERFORM operations.expect(ctx, o, j);
  END LOOP;
  PERFORM line.operations_tell(ctx, o.number,
    ARRAY(SELECT jsonb_array_elements_text(operations.flags(o, operations.figures(o)))));
  PERFORM operations.history(ctx, o, 'planned an operation', NULL, jsonb_build_object('title', o.title));
  RETURN operations.head(ctx, o) || jsonb_build_object('_count', jsonb_build_object('plans', 1, 'planned',
    (SELECT COALESCE(jsonb_object_agg(k.key, jsonb_build_object('targeted', k.value, 'collateral', 0)), '{}')
      FROM jsonb_each(operations.planned(o.id)) k)));
END
