-- EXECUTE on schema warehouse: taken from everybody, then given by name.
DO $grants$
DECLARE f regprocedure; called text;
BEGIN
  FOR f, called IN SELECT p.oid::regprocedure, p.proname FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'warehouse' LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_line', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, brightline_reader, brightline_writer, brightline_worker', f);
    IF called IN ('work', 'hold', 'waits', 'rows', 'stored', 'faulty', 'answer', 'export_failed', 'case_claim', 'case_rows', 'case_done',
        'due', 'armed', 'fire', 'told') THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_worker', f);
    END IF;
    IF called IN ('schedules', 'schedule_words', 'schedule_read', 'export_words', 'mine', 'dataset_words') THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer', f);
    END IF;
  END LOOP;
END $grants$;
