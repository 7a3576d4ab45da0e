ALTER TABLE stage.todo DROP COLUMN hash;
ALTER TABLE feed.run DROP COLUMN counted;
ALTER TABLE feed.run DROP COLUMN adopted;
REVOKE SELECT ON jobs.procrastinate_jobs, jobs.procrastinate_workers FROM brightline_line;
DO $own$
DECLARE o record;
BEGIN
  FOR o IN SELECT tablename FROM pg_tables WHERE schemaname = 'jobs' LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON jobs.%I TO brightline_worker', o.tablename);
  END LOOP;
  FOR o IN SELECT p.oid::regprocedure AS f, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = 'jobs' AND p.proname LIKE 'procrastinate%' LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY INVOKER', o.f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_worker', o.f);
  END LOOP;
END $own$;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO brightline_worker;
