-- What somebody was promised and isn't done: runs, exports, looks, what waits to be stored, moments of schedules.
-- Whoever holds the worker's password, or a machine that fails, may leave work undone; it doesn't stay so without being
-- seen, nor for ever.
-- callers: none

-- Is there a job for this run that waits, or that a living worker has in hand?
CREATE OR REPLACE FUNCTION line.work_live(run uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM jobs.procrastinate_jobs j LEFT JOIN jobs.procrastinate_workers w ON w.id = j.worker_id
    WHERE j.args ->> 'run' = work_live.run::text AND (j.status = 'todo'
      OR j.status = 'doing' AND w.last_heartbeat > clock_timestamp() - interval '2 minutes'))
$$;

-- Gives the jobs of dead workers back to the queue; how many. A run starts again from its beginning.
-- callers: worker
-- owner: owner
CREATE OR REPLACE FUNCTION jobs.orphans(seconds double precision) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = jobs, pg_catalog, pg_temp AS $$
DECLARE n integer;
BEGIN
  PERFORM procrastinate_retry_job_v2(j.id, now(), NULL, NULL, NULL) FROM procrastinate_jobs j LEFT
    JOIN procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing'
      AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => GREATEST(seconds, 10)));
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- Takes up what lost its job: a run is queued once more, and fails the second time. An export or a look that nobody
-- made within a day, or an hour, fails and says so. Called by the worker every few seconds; how many were taken up or
-- ended.
-- callers: worker
CREATE OR REPLACE FUNCTION jobs.adopt() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run; e uuid; n integer := 0; more integer;
BEGIN
  FOR r IN SELECT * FROM feed.run x WHERE x.state IN ('queued', 'running')
    AND COALESCE(x.started, x.queued) < clock_timestamp() - interval '2 minutes'
      AND (x.adopted IS NULL OR x.adopted < clock_timestamp() - interval '2 minutes') AND NOT line.work_live(x.id)
      ORDER BY x.queued LIMIT 20 FOR UPDATE SKIP LOCKED LOOP
    n := n + 1;
    IF r.adopted IS NULL THEN
      UPDATE feed.run x SET adopted = clock_timestamp() WHERE x.id = r.id;
      PERFORM jobs.defer('feeds', 'feed_refresh', 'feed:' || r.feed, jsonb_build_object('run', r.id));
      PERFORM feed.enter(r, 'feed_adopt', 'ok', '{}');
    ELSE
      PERFORM feed.fail(r.id, 'lost',
        'Its job was lost from the queue twice. Refresh again; if that is lost too, see brightline doctor.', '{}');
    END IF;
  END LOOP;
  FOR e IN SELECT x.id FROM warehouse.export x WHERE x.state IN ('queued', 'working')
    AND x.made < clock_timestamp() - interval '1 day' LIMIT 20 LOOP
    PERFORM warehouse.export_failed(e, 'Nobody made this export within a day. Ask for it again.');
    n := n + 1;
  END LOOP;
  UPDATE warehouse.look l SET state = 'failed', fault = 'Nobody looked within an hour. Ask again.'
    WHERE l.state = 'queued' AND l.made < clock_timestamp() - interval '1 hour';
  GET DIAGNOSTICS more = ROW_COUNT;
  RETURN n + more;
END $$;

-- All that is promised and not done, the longest first: {kind, id, of, since, late, why}. `late`: longer than it should
-- be.
CREATE OR REPLACE FUNCTION line.promised() RETURNS TABLE (kind text, id text, of text, account uuid, since timestamptz,
  late boolean, why text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT p.kind, p.id, p.of, p.account, p.since, p.since < clock_timestamp() - p.most, p.why FROM (
    SELECT 'run' AS kind, r.id::text, r.feed AS of, r.account, COALESCE(r.started, r.queued) AS since,
        CASE WHEN NOT line.work_live(r.id) THEN interval '5 minutes' WHEN r.state = 'queued' THEN interval '1 hour'
          ELSE interval '6 hours' END AS most,
        CASE WHEN NOT line.work_live(r.id) THEN 'its job is lost' WHEN r.state = 'queued' THEN 'waits in the queue'
          ELSE 'is running' END AS why
      FROM feed.run r WHERE r.state IN ('queued', 'running')
    UNION ALL SELECT 'store', r.id::text, r.feed, NULL, r.ended, interval '1 hour',
      'published, and not in the warehouse''s files yet'
      FROM feed.run r WHERE r.state = 'published' AND r.delta_version IS NULL
    UNION ALL SELECT 'export', e.id::text, e.purpose_key, e.account, e.made, interval '1 hour', e.state
      FROM warehouse.export e WHERE e.state IN ('queued', 'working')
    UNION ALL SELECT 'look', l.id::text, l.source, l.account, l.made, interval '10 minutes', 'nobody has looked'
      FROM warehouse.look l WHERE l.state = 'queued'
    UNION ALL SELECT 'reading', w.document::text, w.purpose_key, w.account, w.asked, interval '15 minutes',
      'a document waits to be read'
      FROM documents.waiting w WHERE w.stopped IS NULL
    -- How many and how long, never what: an errand may be about what is hidden from whoever caused it.
    UNION ALL SELECT 'errand', 'queue', 'the worker', NULL, min(e.at), interval '15 minutes',
      format('%s errands wait', count(*))
      FROM line.errand e HAVING count(*) > 0
    UNION ALL SELECT 'cases', 'outbox', 'case', NULL, min(o.at), interval '1 hour',
      format('%s changes of cases wait to be stored', count(*))
      FROM warehouse.outbox o WHERE o.held IS NULL HAVING count(*) > 0
    UNION ALL SELECT 'schedule', s.name, s.target, s.account, COALESCE(s.next_run, s.made), interval '10 minutes',
        CASE WHEN s.next_run IS NULL THEN 'its next moment was never reckoned' ELSE 'its moment has passed' END
      FROM warehouse.schedule s WHERE s.state = 'active' AND (s.next_run IS NULL OR s.next_run <= clock_timestamp())
    UNION ALL SELECT 'schedule', s.name, s.target, s.account, s.made, interval '0',
      format('is set to %s, which (%s) never means', line.stamp(s.next_run), s.cron)
      FROM warehouse.schedule s WHERE s.state = 'active'
        AND s.next_run > clock_timestamp() + warehouse.longest_gap(s.cron)) p
  ORDER BY p.since;
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.oversight_promises(p jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN (WITH fit AS MATERIALIZED (SELECT * FROM line.promised())
    SELECT jsonb_build_object('total', (SELECT count(*) FROM fit), 'late', (SELECT count(*) FROM fit f WHERE f.late),
      '_count', (SELECT count(*) FROM fit),
      'items', COALESCE((SELECT jsonb_agg(jsonb_build_object('kind', x.kind, 'id', x.id, 'of', x.of, 'account',
        line.accounts_name(x.account),
        'since', line.stamp(x.since), 'late', x.late, 'why', x.why))
          FROM (SELECT * FROM fit f ORDER BY f.late DESC, f.since, f.id LIMIT most OFFSET skip) x), '[]')));
END $$;

-- As exceptions: what is late now. Key and time are of the thing itself, so that an explanation stays with it.
CREATE OR REPLACE FUNCTION line.oversight_late(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('key', 'promise:' || p.kind || ':' || p.id || ':' || to_char(p.since AT TIME ZONE 'UTC',
    'YYYYMMDDHH24MI'), 'kind', 'promise',
    'at', line.stamp(p.since), 'account', line.accounts_name(p.account), 'title', 'Promised and not done',
    'detail', concat_ws(' · ', p.kind, p.of, p.why), 'entries', '[]'::jsonb)
  FROM line.promised() p WHERE p.late AND p.since >= oversight_late.since AND p.since <= oversight_late.until
$$;
