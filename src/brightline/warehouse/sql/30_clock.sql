-- The clock: what is due, and what became of it. The worker reckons when a schedule is due next, since it reads cron.
-- callers: worker

-- Schedules that are due or were never reckoned. One whose standing order died ends here, and says why.
CREATE OR REPLACE FUNCTION warehouse.due() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE warehouse.schedule s SET state = 'ended', why = line.warehouse_order_fault(s.standing_order), next_run = NULL
    WHERE s.state <> 'ended' AND line.warehouse_order_fault(s.standing_order) IS NOT NULL;
  RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('name', s.name, 'kind', s.kind, 'target',
    s.target, 'cron', s.cron,
      'params', s.params, 'order', s.standing_order, 'purpose', s.purpose_key, 'next', s.next_run)
        ORDER BY s.next_run, s.name), '[]')
    FROM warehouse.schedule s WHERE s.state = 'active' AND (s.next_run IS NULL OR s.next_run <= clock_timestamp()));
END $$;

-- No two moments of a schedule lie further apart than this, whatever the worker reckons. A week where days of the week
-- are named, two months where days of the month are, a year where months are, eight for a day that may be the 29th of
-- February.
-- callers: none
CREATE OR REPLACE FUNCTION warehouse.longest_gap(cron text) RETURNS interval
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE WHEN f[4] <> '*' AND f[3] <> '*' THEN interval '8 years 2 days' WHEN f[4] <> '*'
  THEN interval '367 days'
    WHEN f[3] <> '*' THEN interval '63 days' WHEN f[5] <> '*' THEN interval '8 days' WHEN f[2] <> '*'
      THEN interval '25 hours'
    WHEN f[1] <> '*' THEN interval '61 minutes' ELSE interval '2 minutes' END
  FROM regexp_split_to_array(btrim(cron), '\s+') f);

-- A moment that the schedule can't mean would be one that never comes: refused.
CREATE OR REPLACE FUNCTION warehouse.armed(called text, next_time timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s warehouse.schedule;
BEGIN
  SELECT * INTO s FROM warehouse.schedule x WHERE x.name = called AND x.state = 'active' FOR UPDATE;
  IF s.name IS NULL THEN RETURN; END IF;
  IF next_time IS NULL OR next_time > clock_timestamp() + warehouse.longest_gap(s.cron) THEN
    PERFORM feed.raise_objection(ARRAY['gap', format('The schedule %s (%s) means no moment so far away.',
      s.name, s.cron), '']); END IF;
  UPDATE warehouse.schedule SET next_run = next_time WHERE name = called;
END $$;

-- Takes one due moment, once: of two workers the second gets nothing. History is kept to the last 500 of a schedule.
CREATE OR REPLACE FUNCTION warehouse.fire(called text, due_at timestamptz, next_time timestamptz) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made uuid;
BEGIN
  -- Only the moment that is due is taken, so that a history tells of no other.
  IF NOT EXISTS (SELECT FROM warehouse.schedule s WHERE s.name = called AND s.state = 'active' AND s.next_run = due_at)
    THEN RETURN NULL; END IF;
  INSERT INTO warehouse.schedule_run (schedule, due) VALUES (called, due_at) ON CONFLICT DO NOTHING
    RETURNING id INTO made;
  PERFORM warehouse.armed(called, next_time);
  DELETE FROM warehouse.schedule_run r WHERE r.schedule = called AND r.due < (SELECT x.due FROM warehouse.schedule_run x
    WHERE x.schedule = called ORDER BY x.due DESC OFFSET 500 LIMIT 1);
  RETURN made;
END $$;

CREATE OR REPLACE FUNCTION warehouse.told(which uuid, becomes text, words text, made uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- Once, of a run of the clock that is on, and of nothing but what its own account asked for since.
  UPDATE warehouse.schedule_run r SET state = becomes, detail = COALESCE(warehouse.words(told.words), ''),
    ended = clock_timestamp(), object = (
      SELECT x.id FROM feed.run x WHERE x.id = told.made AND x.account = s.account AND x.queued >= r.started
      UNION ALL SELECT e.id FROM warehouse.export e WHERE e.id = told.made AND e.account = s.account
        AND e.made >= r.started)
    FROM warehouse.schedule s WHERE r.id = which AND r.state = 'running' AND s.name = r.schedule
$$;

-- What a run of a schedule brought: a feed's run ends later than its asking, and so does an export.
-- callers: none
CREATE OR REPLACE FUNCTION warehouse.run_words(r warehouse.schedule_run) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('due', line.stamp(r.due), 'started', line.stamp(r.started), 'ended',
    line.stamp(COALESCE(f.ended, e.ended, r.ended)),
    'state', r.state, 'result', COALESCE(f.state, e.state), 'detail', COALESCE(f.message, e.fault,
      r.detail), 'object', r.object,
    'lag', round(extract(epoch FROM r.started - r.due)::numeric, 3))
  FROM (SELECT 1) one LEFT JOIN feed.run f ON f.id = r.object LEFT JOIN warehouse.export e ON e.id = r.object
$$;

-- Schedules that this context may see: of feeds it handles, of its own purpose, all for oversight.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION warehouse.schedules(ctx line.context) RETURNS SETOF warehouse.schedule
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.* FROM warehouse.schedule s WHERE ctx.kind = 'oversight' OR s.purpose = ctx.purpose
    OR (ctx.kind = 'desk' AND 'steward' = ANY (ctx.roles) AND ctx.purpose_key LIKE '%/steward'
      AND (s.kind = 'flow' AND s.unit = ctx.unit OR s.kind = 'feed' AND s.target IN (SELECT feed.mine(ctx))))
$$;

-- When it runs next, and how it ran, is none of what is decided.
-- callers: none
CREATE OR REPLACE FUNCTION warehouse.schedule_doc(s warehouse.schedule) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('name', s.name, 'kind', s.kind, 'target', s.target, 'cron', s.cron, 'state',
    s.state, 'params', s.params)
$$;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION warehouse.schedule_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s warehouse.schedule; called text := line.need(p, 'name', 79);
BEGIN
  PERFORM 1 FROM warehouse.schedule x WHERE x.name = called FOR UPDATE;
  SELECT * INTO s FROM warehouse.schedules(ctx) x WHERE x.name = called;
  RETURN CASE WHEN s.name IS NOT NULL THEN warehouse.schedule_doc(s) END;
END $$;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION warehouse.schedule_words(s warehouse.schedule) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('name', s.name, 'kind', s.kind, 'target', s.target, 'cron', s.cron,
    'state', s.state, 'why', s.why,
    'purpose', s.purpose_key, 'by', s.account_name, 'params', s.params, 'next', line.stamp(CASE
      WHEN s.state = 'active' THEN s.next_run END),
    'expires', line.stamp(line.warehouse_order_expires(s.standing_order)), 'revision',
      line.revision(warehouse.schedule_doc(s)), 'runs',
      COALESCE((SELECT jsonb_agg(warehouse.run_words(r) ORDER BY r.due DESC)
      FROM (SELECT * FROM warehouse.schedule_run x WHERE x.schedule = s.name ORDER BY x.due DESC LIMIT 10) r), '[]'))
$$;
