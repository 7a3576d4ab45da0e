-- Every word of the room is its functions' own: called by reader and writer, under row-level security. Three are the worker's.
DO $grants$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'leads'::regnamespace AND p.proname NOT IN ('work', 'stop', 'over') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_owner', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer', f);
  END LOOP;
END $grants$;
REVOKE ALL ON FUNCTION leads.work(boolean), leads.stop(uuid, text, text), leads.over(uuid) FROM PUBLIC, brightline_reader, brightline_writer;
GRANT USAGE ON SCHEMA leads TO brightline_worker;
GRANT EXECUTE ON FUNCTION leads.work(boolean), leads.stop(uuid, text, text), leads.over(uuid) TO brightline_worker;
