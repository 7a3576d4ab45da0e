-- EXECUTE on schema feed: taken from everybody, then given by name.
DO $grants$
DECLARE f regprocedure; called text;
BEGIN
  FOR f, called IN SELECT p.oid::regprocedure, p.proname FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'feed' LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_line', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, brightline_reader, brightline_writer, brightline_feed', f);
    IF called IN ('begin', 'progress', 'intern_marking', 'diff', 'todo', 'publish', 'fail', 'tidy', 'seal', 'inbox_leaves') THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_feed', f);
    END IF;
    IF called IN ('mine', 'summary', 'held_for', 'run_doc', 'row_reasons', 'mended', 'mending_told', 'mending_list', 'said', 'dropped', 'freshness', 'left_behind') THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer', f); END IF;
    IF called IN ('may_add', 'queue', 'withdraw', 'fail', 'run_read', 'mend', 'mend_end', 'decides') THEN EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_writer', f); END IF;
    -- Indexes of content belong to brightline_owner, and so does what takes them off and makes them anew.
    IF called IN ('bulk_begin', 'bulk_end') THEN
      EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_owner', f);
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_line', f);
    END IF;
  END LOOP;
END $grants$;
GRANT USAGE ON SCHEMA feed TO brightline_owner;
GRANT SELECT ON feed.feed TO brightline_owner;
