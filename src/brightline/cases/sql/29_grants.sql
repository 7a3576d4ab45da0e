-- A former shape, which nothing depends on any more once the others are there.
DROP FUNCTION IF EXISTS cases.seal(bytea, uuid, integer, text, uuid, uuid, text, text, uuid, timestamptz, uuid);
-- The room's shared words are for its installed functions alone.
DO $grants$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
      WHERE p.pronamespace = 'cases'::regnamespace AND p.prorettype <> 'trigger'::regtype LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_owner', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer', f);
  END LOOP;
END $grants$;
