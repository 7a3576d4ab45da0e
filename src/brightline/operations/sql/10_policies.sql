-- Row-level security of the enforcement records, written anew at each installation.
DO $policies$
DECLARE t text; rule text;
BEGIN
  FOREACH t IN ARRAY ARRAY['operation', 'objective', 'expected', 'cost', 'person', 'encounter',
    'protected_person', 'hold', 'clearance',
      'custody_stay', 'custody_event'] LOOP
    rule := CASE t WHEN 'operation' THEN 'id' ELSE 'operation' END || CASE
      WHEN t IN ('operation', 'objective', 'expected', 'cost')
      THEN ' IN (SELECT line.operations())' ELSE ' IN (SELECT line.operations_people())' END;
    EXECUTE format('DROP POLICY IF EXISTS read ON operations.%I', t);
    EXECUTE format('DROP POLICY IF EXISTS write ON operations.%I', t);
    EXECUTE format('CREATE POLICY read ON operations.%I FOR SELECT TO brightline_reader USING (%s)', t, rule);
    EXECUTE format('CREATE POLICY write ON operations.%I FOR ALL TO brightline_writer USING (%s) WITH CHECK (%s)', t,
      rule, rule);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['extract', 'extract_row', 'extract_fault', 'extract_figure'] LOOP
    rule := CASE t WHEN 'extract' THEN 'line.operations_extract(unit, regime)'
      ELSE 'extract IN (SELECT e.id FROM operations.extract e)' END;
    EXECUTE format('DROP POLICY IF EXISTS read ON operations.%I', t);
    EXECUTE format('DROP POLICY IF EXISTS write ON operations.%I', t);
    EXECUTE format('CREATE POLICY read ON operations.%I FOR SELECT TO brightline_reader USING (%s)', t, rule);
    EXECUTE format('CREATE POLICY write ON operations.%I FOR ALL TO brightline_writer USING (%s) WITH CHECK (%s)', t,
      rule, rule);
  END LOOP;
END $policies$;
DROP POLICY IF EXISTS read ON operations.transition;
CREATE POLICY read ON operations.transition FOR SELECT TO brightline_reader, brightline_writer USING (true);
