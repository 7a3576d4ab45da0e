-- The overseers' login may no longer ask how large a table is: by its number that told how much each regime holds.
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ '^pg_.*_size$' LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM brightline_overseer', f);
  END LOOP;
END $$;
