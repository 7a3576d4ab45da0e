-- Words that the room's functions share. All run as their caller (reader or writer), under row-level security.
-- callers: reader, writer
-- owner: owner

-- What people say of an encounter, a person, a hold, a stay: a letter and eight digits of its id.
CREATE OR REPLACE FUNCTION operations.code(letter text, id uuid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN letter || '-' || upper(left(id::text, 8));

-- What an operation is carried out under: the authority of its first objective.
CREATE OR REPLACE FUNCTION operations.authority(op uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT j.authority FROM operations.objective j WHERE j.operation = op ORDER BY j.rank LIMIT 1);

CREATE OR REPLACE FUNCTION operations.find(ctx line.context, p jsonb) RETURNS operations.operation
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE o operations.operation; wanted text := upper(line.need(p, 'operation', 100));
BEGIN
  SELECT * INTO o FROM operations.operation x WHERE x.number = wanted;
  IF o.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.under(ctx, operations.authority(o.id));
  RETURN o;
END $$;

-- The same for a change: the row is held, so that of two decisions at once the second sees the first.
CREATE OR REPLACE FUNCTION operations.take(ctx line.context, p jsonb) RETURNS operations.operation
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE o operations.operation := operations.find(ctx, p);
BEGIN
  SELECT * INTO o FROM operations.operation x WHERE x.id = o.id FOR UPDATE;
  RETURN o;
END $$;

CREATE OR REPLACE FUNCTION operations.operation_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN to_jsonb(operations.take(ctx, p)) - 'updated';
END $$;

CREATE OR REPLACE FUNCTION operations.step(ctx line.context, o operations.operation, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text; ways text;
BEGIN
  SELECT t.becomes INTO after FROM operations.transition t WHERE t.state = o.state AND t.act = step.act;
  IF after IS NULL THEN
    SELECT string_agg(t.act, ', ' ORDER BY t.act) INTO ways FROM operations.transition t WHERE t.state = o.state;
    PERFORM line.conflict(ctx, 'state', format('An operation that is %s can''t be changed by %s.',
      replace(o.state, '_', ' '), act),
      format('Possible now: %s.', COALESCE(ways, 'nothing more')));
  END IF;
  RETURN after;
END $$;

CREATE OR REPLACE FUNCTION operations.desk(ctx line.context) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN split_part(ctx.purpose_key, '/', 2);

CREATE OR REPLACE FUNCTION operations.unlike(ctx line.context, other uuid, says text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF ctx.account = other THEN PERFORM line.refuse(ctx, 'four_eyes', says, 'Another person has to decide.'); END IF;
  PERFORM line.decider(ctx, ARRAY[other]);
END $$;

CREATE OR REPLACE FUNCTION operations.history(ctx line.context, o operations.operation, what text, old jsonb,
  new jsonb) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.event(ctx, 'operation', o.id, o.case_id, what, old, new) $$;

-- Whole cents and no nonsense: money and counts come as JSON numbers.
CREATE OR REPLACE FUNCTION operations.money(p jsonb, k text) RETURNS numeric
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE n numeric;
BEGIN
  IF p -> k IS NULL OR p -> k = 'null' THEN RETURN 0; END IF;
  IF jsonb_typeof(p -> k) <> 'number' THEN PERFORM line.bad(k, 'must be an amount', 'Send a number.'); END IF;
  n := round((p ->> k)::numeric, 2);
  IF n < 0 OR n >= 1000000000 THEN
    PERFORM line.bad(k, 'is out of range', 'From 0 to below a thousand million.'); END IF;
  RETURN n;
END $$;

-- A list of objects among the parameters.
CREATE OR REPLACE FUNCTION operations.rows(p jsonb, k text, most integer) RETURNS SETOF jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v jsonb := p -> k;
BEGIN
  IF v IS NULL OR v = 'null'::jsonb THEN RETURN; END IF;
  IF jsonb_typeof(v) <> 'array' OR EXISTS (SELECT FROM jsonb_array_elements(v) e WHERE jsonb_typeof(e) <> 'object') THEN
    PERFORM line.bad(k, 'must be a list of rows', 'Send an array of objects.'); END IF;
  IF jsonb_array_length(v) > most THEN
    PERFORM line.bad(k, format('holds more than %s rows', most), 'Send fewer.'); END IF;
  RETURN QUERY SELECT e FROM jsonb_array_elements(v) e;
END $$;

-- Expected people by regime, arrests by regime and selection, spending by regime against the budget. Victims and
-- witnesses are in none of them.
CREATE OR REPLACE FUNCTION operations.planned(op uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_object_agg(x.regime, x.n), '{}') FROM (SELECT e.regime, sum(e.people) AS n
  FROM operations.expected e
  WHERE e.operation = op AND e.category NOT IN ('victim', 'witness') GROUP BY e.regime) x);

CREATE OR REPLACE FUNCTION operations.actual(op uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_object_agg(x.regime, jsonb_build_object('targeted', x.t, 'collateral', x.c)), '{}') FROM (
  SELECT e.regime, count(*) FILTER (WHERE e.selection = 'targeted') AS t, count(*) FILTER
    (WHERE e.selection = 'collateral') AS c
  FROM operations.encounter e WHERE e.operation = op AND e.outcome = 'arrested'
    AND NOT EXISTS (SELECT FROM operations.encounter c WHERE c.corrects = e.id) GROUP BY e.regime) x);

CREATE OR REPLACE FUNCTION operations.spend(op uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_object_agg(x.regime, x.n), '{}')
  FROM (SELECT c.regime, sum(c.amount) AS n FROM operations.cost c
  WHERE c.operation = op AND NOT EXISTS (SELECT FROM operations.cost k WHERE k.corrects = c.id) GROUP BY c.regime) x);

-- Each regime that was planned, met or paid for, with its ratio of what happened to what was planned.
CREATE OR REPLACE FUNCTION operations.figures(o operations.operation) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('regime', r.regime, 'planned', r.planned, 'targeted', r.targeted,
    'collateral', r.collateral, 'ratio', CASE WHEN r.planned > 0
      THEN round((r.targeted + r.collateral)::numeric / r.planned, 2) END,
    'planned_cost', r.cost, 'budget', r.budget, 'spent', r.spent, 'over_budget', r.spent > r.budget
      OR r.cost > r.budget) ORDER BY r.n), '[]')
  FROM (SELECT g.regime, g.n, COALESCE((operations.planned(o.id) ->> g.regime)::integer, 0) AS planned,
      COALESCE((a.a -> g.regime ->> 'targeted')::integer, 0) AS targeted,
      COALESCE((a.a -> g.regime ->> 'collateral')::integer, 0) AS collateral,
      (SELECT COALESCE(sum(j.cost), 0) FROM operations.objective j WHERE j.operation = o.id
        AND j.regime = g.regime) AS cost,
      COALESCE((o.budget ->> g.regime)::numeric, 0) AS budget,
        COALESCE((operations.spend(o.id) ->> g.regime)::numeric, 0) AS spent
    FROM unnest(ARRAY['criminal', 'civil', 'regulatory']) WITH ORDINALITY g(regime, n),
      (SELECT operations.actual(o.id) AS a) a) r
  WHERE r.planned + r.targeted + r.collateral > 0 OR r.cost + r.budget + r.spent > 0);

-- Was somebody met there with one of these marks, by an entry that stands?
CREATE OR REPLACE FUNCTION operations.met_with(op uuid, marks text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM operations.encounter e WHERE e.operation = op AND e.flags && marks
  AND NOT EXISTS (SELECT FROM operations.encounter c WHERE c.corrects = e.id));

-- What a reader has to notice: rule 48, and the marks of Perez Cruz in a plan that keeps its letter.
CREATE OR REPLACE FUNCTION operations.flags(o operations.operation, f jsonb) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT to_jsonb(array_remove(ARRAY[
  CASE WHEN EXISTS (SELECT FROM jsonb_array_elements(f) x WHERE (x ->> 'over_budget')::boolean) THEN 'over_budget' END,
  CASE WHEN EXISTS (SELECT FROM jsonb_array_elements(f) x WHERE (x ->> 'collateral')::int > (x ->> 'targeted')::int)
    THEN 'collateral_majority' END,
  CASE WHEN EXISTS (SELECT FROM operations.objective j WHERE j.operation = o.id
    AND j.instrument IN ('search warrant', 'arrest warrant'))
    AND (SELECT COALESCE(sum(CASE WHEN x ->> 'regime' = 'criminal' THEN -(x ->> 'planned')::int
      ELSE (x ->> 'planned')::int END), 0)
      FROM jsonb_array_elements(f) x) > 0 THEN 'civil_majority' END,
  CASE WHEN (SELECT count(DISTINCT j.regime) FROM operations.objective j WHERE j.operation = o.id) > 1
    THEN 'several_regimes' END,
  CASE WHEN EXISTS (SELECT FROM jsonb_array_elements(f) x WHERE (x ->> 'targeted')::int + (x ->> 'collateral')::int >
    (x ->> 'planned')::int) THEN 'over_plan' END,
  CASE WHEN o.regime = 'criminal' AND (SELECT COALESCE(sum(CASE WHEN x ->> 'regime' = 'criminal' THEN -1 ELSE 1 END
      * ((x ->> 'targeted')::int + (x ->> 'collateral')::int)), 0) FROM jsonb_array_elements(f) x) > 0 THEN 'drift' END,
  CASE WHEN operations.met_with(o.id, ARRAY['before_start', 'after_close', 'other_place', 'other_unit'])
    THEN 'outside_plan' END,
  CASE WHEN operations.met_with(o.id, ARRAY['minor']) THEN 'minor' END,
  CASE WHEN operations.met_with(o.id, ARRAY['facts_alike', 'sources_alike']) THEN 'copied_facts' END,
  CASE WHEN EXISTS (SELECT FROM operations.custody_event v WHERE v.operation = o.id AND v.kind = 'detain'
    AND NOT EXISTS (SELECT FROM operations.custody_event c WHERE c.corrects = v.id)) THEN 'regime_changed' END,
  CASE WHEN EXISTS (SELECT FROM operations.custody_event v WHERE v.operation = o.id AND v.kind = 'stopped')
    THEN 'held_elsewhere' END,
  CASE WHEN o.state IN ('closed', 'reviewed') AND EXISTS (SELECT FROM operations.custody_stay s WHERE s.operation = o.id
    AND s.book_out IS NULL AND NOT s.voided)
    THEN 'held_after_close' END], NULL)));

CREATE OR REPLACE FUNCTION operations.may(ctx line.context, o operations.operation) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(t.act ORDER BY t.act), '[]') FROM operations.transition t WHERE t.state = o.state
  AND (ctx.kind = 'desk' OR t.act = 'review')
  AND CASE WHEN t.act = 'clear' OR (t.act = 'return' AND o.state = 'legal_review')
      THEN operations.desk(ctx) = 'approver' AND ctx.account <> o.author
    WHEN t.act IN ('approve', 'return') THEN operations.desk(ctx) = 'supervisor' AND ctx.account <> o.author
    -- Nobody who cleared, approved or closed it says whether it was kept; where the unit has nobody else, an overseer
    -- does.
    WHEN t.act = 'review' THEN CASE operations.desk(ctx) WHEN 'supervisor'
      THEN ctx.account IN (SELECT line.operations_reviewers(o))
      WHEN 'overseer' THEN NOT EXISTS (SELECT FROM line.operations_reviewers(o)) ELSE false END
    WHEN t.act = 'withdraw' THEN ctx.account = o.author AND operations.desk(ctx) IN ('agent', 'analyst', 'supervisor')
    ELSE operations.desk(ctx) IN ('agent', 'analyst', 'supervisor') END);

CREATE OR REPLACE FUNCTION operations.hold_state(of_hold uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE WHEN count(*) FILTER (WHERE c.finding <> 'not supported') > 0 THEN 'confirmed'
  WHEN count(DISTINCT c.account) >= 2 THEN 'cleared' WHEN count(*) = 1 THEN 'one of two' ELSE 'open' END
  FROM operations.clearance c WHERE c.hold = of_hold);

CREATE OR REPLACE FUNCTION operations.head(ctx line.context, o operations.operation) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('operation', o.number, 'id', o.id, 'title', o.title, 'regime',
  o.regime, 'unit', o.unit,
  'unit_title', line.accounts_unit_title(o.unit), 'author', line.accounts_name(o.author), 'author_title',
    line.accounts_title(o.author),
  'case', line.operations_case_number(o.case_id), 'state', o.state, 'starts', o.starts, 'sites', o.sites,
    'made', line.stamp(o.made),
  'updated', line.stamp(o.updated), 'figures', f.f, 'flags', operations.flags(o, f.f),
  'open_holds', (SELECT count(*) FROM operations.hold h WHERE h.operation = o.id
    AND operations.hold_state(h.id) IN ('open', 'one of two')),
  'revision', line.revision(to_jsonb(o) - 'updated'), 'may', operations.may(ctx, o))
    FROM (SELECT operations.figures(o) AS f) f);

-- A claim with what was found about it; its operation is held, as by whoever clears it.
CREATE OR REPLACE FUNCTION operations.hold_doc(h operations.hold) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN to_jsonb(h) || jsonb_build_object('clearances', (SELECT COALESCE(jsonb_agg(c.id ORDER BY c.at, c.id), '[]')
  FROM operations.clearance c WHERE c.hold = h.id));

CREATE OR REPLACE FUNCTION operations.hold_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE h operations.hold; wanted text := upper(line.need(p, 'hold', 40));
BEGIN
  SELECT * INTO h FROM operations.hold x WHERE operations.code('H', x.id) = wanted ORDER BY x.id LIMIT 1;
  IF h.id IS NULL THEN RETURN NULL; END IF;
  PERFORM 1 FROM operations.operation x WHERE x.id = h.operation FOR UPDATE;
  RETURN operations.hold_doc(h);
END $$;

CREATE OR REPLACE FUNCTION operations.hold_row(ctx line.context, h operations.hold) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('hold', operations.code('H', h.id), 'operation', o.number, 'person',
  operations.code('P', h.person),
  'name', CASE WHEN ctx.kind <> 'oversight' THEN p.name END, 'status', p.status, 'encounter',
    operations.code('E', h.encounter),
  'indicia', h.indicia, 'state', operations.hold_state(h.id), 'by', line.accounts_name(h.opener),
    'at', line.stamp(h.at),
  'clearances', (SELECT COALESCE(jsonb_agg(jsonb_build_object('by', line.accounts_name(c.account), 'by_title',
    line.accounts_title(c.account),
    'finding', c.finding, 'reason', c.reason, 'at', line.stamp(c.at)) ORDER BY c.at, c.id), '[]')
      FROM operations.clearance c WHERE c.hold = h.id),
  'revision', line.revision(operations.hold_doc(h)))
  FROM operations.person p JOIN operations.operation o ON o.id = h.operation WHERE p.id = h.person);

-- A person of this desk's operations by code; another's and nobody's are one answer.
CREATE OR REPLACE FUNCTION operations.met(ctx line.context, wanted text) RETURNS operations.person
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE x operations.person;
BEGIN
  SELECT * INTO x FROM operations.person q WHERE operations.code('P', q.id) = upper(wanted) ORDER BY q.id LIMIT 1;
  IF x.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN x;
END $$;

-- Is a claim of this person's unsettled, or upheld? Towards not acting: the words of a name in any order suffice here,
-- and what leads or other desks know of the person counts too, by name with birth date: a name alone would tell that
-- somebody is held.
-- callers: reader, writer, line
CREATE OR REPLACE FUNCTION operations.held(who uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM operations.person me JOIN operations.person p
  ON line.leads_name_key(p.name) = line.leads_name_key(me.name)
  JOIN operations.hold h ON h.person = p.id
  WHERE me.id = who AND (EXISTS (SELECT FROM operations.clearance c WHERE c.hold = h.id
    AND c.finding <> 'not supported')
    OR (SELECT count(DISTINCT c.account) FROM operations.clearance c WHERE c.hold = h.id) < 2))
  OR EXISTS (SELECT FROM operations.person me WHERE me.id = who AND me.birth_date IS NOT NULL
    AND line.leads_held_of(line.leads_person_keys(ARRAY[me.name], me.birth_date::text, me.ids, false)) IS NOT NULL)
  OR EXISTS (SELECT FROM operations.person me WHERE me.id = who AND me.ids <> '{}'
    AND line.leads_held_of(me.ids) IS NOT NULL);

CREATE OR REPLACE FUNCTION operations.unlocked(ctx line.context, who uuid, regime text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF regime <> 'criminal' AND operations.held(who) THEN
    PERFORM line.refuse(ctx, 'hold', 'A claim of citizenship or lawful status locks civil action against this person.',
      'Two different people, neither of whom opened the hold, have to find that the claim isn''t supported.'); END IF;
END $$;

-- What was met at an operation that is under way, at a time that can be.
CREATE OR REPLACE FUNCTION operations.happened(ctx line.context, p jsonb) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE t timestamptz := line.time(p, 'time');
BEGIN
  IF t IS NULL THEN PERFORM line.bad('time', 'is missing', 'Say when it happened.'); END IF;
  IF t > ctx.at + interval '5 minutes' THEN
    PERFORM line.bad('time', 'lies in the future', 'Only what has happened is entered.'); END IF;
  IF t < '1990-01-01' THEN PERFORM line.bad('time', 'is impossibly early', 'Check the year.'); END IF;
  RETURN t;
END $$;
