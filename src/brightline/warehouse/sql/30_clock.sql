-- The clock: what is due, and what became of it. The worker reckons when a schedule is due next, since it reads cron.

-- Schedules that are due or were never reckoned. One whose standing order died ends here, and says why.
CREATE OR REPLACE FUNCTION warehouse.due() RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE warehouse.schedule s SET state = 'ended', why = line.warehouse_order_fault(s.standing_order), next_run = NULL
    WHERE s.state <> 'ended' AND line.warehouse_order_fault(s.standing_order) IS NOT NULL;
  RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('name', s.name, 'kind', s.kind, 'target', s.target, 'cron', s.cron,
      'params', s.params, 'order', s.standing_order, 'purpose', s.purpose_key, 'next', s.next_run) ORDER BY s.next_run, s.name), '[]')
    FROM warehouse.schedule s WHERE s.state = 'active' AND (s.next_run IS NULL OR s.next_run <= clock_timestamp()));
END $$;

CREATE OR REPLACE FUNCTION warehouse.armed(called text, next_time timestamptz) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE warehouse.schedule SET next_run = next_time WHERE name = called AND state = 'active'
$$;

-- Takes one due moment, once: of two workers the second gets nothing. History is kept to the last 500 of a schedule.
CREATE OR REPLACE FUNCTION warehouse.fire(called text, due_at timestamptz, next_time timestamptz) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made uuid;
BEGIN
  INSERT INTO warehouse.schedule_run (schedule, due) VALUES (called, due_at) ON CONFLICT DO NOTHING RETURNING id INTO made;
  PERFORM warehouse.armed(called, next_time);
  DELETE FROM warehouse.schedule_run r WHERE r.schedule = called AND r.due < (SELECT x.due FROM warehouse.schedule_run x
    WHERE x.schedule = called ORDER BY x.due DESC OFFSET 500 LIMIT 1);
  RETURN made;
END $$;

CREATE OR REPLACE FUNCTION warehouse.told(which uuid, becomes text, words text, made uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE warehouse.schedule_run SET state = becomes, detail = left(words, 500), object = made, ended = clock_timestamp() WHERE id = which
$$;

-- What a run of a schedule brought: a feed's run ends later than its asking, and so does an export.
CREATE OR REPLACE FUNCTION warehouse.run_words(r warehouse.schedule_run) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('due', line.stamp(r.due), 'started', line.stamp(r.started), 'ended', line.stamp(COALESCE(f.ended, e.ended, r.ended)),
    'state', r.state, 'result', COALESCE(f.state, e.state), 'detail', COALESCE(f.message, e.fault, r.detail), 'object', r.object,
    'lag', round(extract(epoch FROM r.started - r.due)::numeric, 3))
  FROM (SELECT 1) one LEFT JOIN feed.run f ON f.id = r.object LEFT JOIN warehouse.export e ON e.id = r.object
$$;

-- Schedules that this context may see: of feeds it handles, of its own purpose, all for oversight.
CREATE OR REPLACE FUNCTION warehouse.schedules(ctx line.context) RETURNS SETOF warehouse.schedule
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT s.* FROM warehouse.schedule s WHERE ctx.kind = 'oversight' OR s.purpose = ctx.purpose
    OR (ctx.kind = 'desk' AND 'steward' = ANY (ctx.roles) AND ctx.purpose_key LIKE '%/steward'
      AND (s.kind = 'flow' AND s.unit = ctx.unit OR s.kind = 'feed' AND s.target IN (SELECT feed.mine(ctx))))
$$;

CREATE OR REPLACE FUNCTION warehouse.schedule_words(s warehouse.schedule) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('name', s.name, 'kind', s.kind, 'target', s.target, 'cron', s.cron, 'state', s.state, 'why', s.why,
    'purpose', s.purpose_key, 'by', s.account_name, 'params', s.params, 'next', line.stamp(CASE WHEN s.state = 'active' THEN s.next_run END),
    'expires', line.stamp(line.warehouse_order_expires(s.standing_order)), 'runs', COALESCE((SELECT jsonb_agg(warehouse.run_words(r) ORDER BY r.due DESC)
      FROM (SELECT * FROM warehouse.schedule_run x WHERE x.schedule = s.name ORDER BY x.due DESC LIMIT 10) r), '[]'))
$$;
