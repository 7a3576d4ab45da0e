-- The worker works the queue through the library's functions and holds no right on its tables: a job can't be made, changed or
-- struck out by hand. Of the jobs it reads which are to be aborted, which the library asks by a plain SELECT.
DO $own$
DECLARE o record;
BEGIN
  FOR o IN SELECT tablename FROM pg_tables WHERE schemaname = 'jobs' LOOP
    EXECUTE format('REVOKE ALL ON jobs.%I FROM brightline_worker', o.tablename);
  END LOOP;
  FOR o IN SELECT p.oid::regprocedure AS f, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'jobs' LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM brightline_worker', o.f);
    IF o.proname IN ('procrastinate_fetch_job_v2', 'procrastinate_finish_job_v1', 'procrastinate_retry_job_v2',
        'procrastinate_register_worker_v1', 'procrastinate_unregister_worker_v1', 'procrastinate_update_heartbeat_v1',
        'procrastinate_prune_stalled_workers_v1') THEN
      EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER', o.f);
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_worker', o.f);
    END IF;
  END LOOP;
END $own$;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA jobs FROM brightline_worker;
GRANT SELECT (id, status, abort_requested, queue_name) ON jobs.procrastinate_jobs TO brightline_worker;
GRANT SELECT ON jobs.procrastinate_jobs, jobs.procrastinate_workers TO brightline_line;

-- When a run whose job was lost was put into the queue again; a second time it fails.
ALTER TABLE feed.run ADD COLUMN adopted timestamptz;

-- What feed.diff counted, so that what is published is told with it; and the hash that it compared, beside what is to be mapped.
ALTER TABLE feed.run ADD COLUMN counted jsonb;
ALTER TABLE stage.todo ADD COLUMN hash bytea;
