-- Row-level security of the case files, written anew at each installation: one rule, `line.cases()`.
DO $policies$
DECLARE t text; rule text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case_file', 'person_role', 'item', 'note', 'document'] LOOP
    rule := CASE t WHEN 'case_file' THEN 'id' ELSE 'case_id' END || ' IN (SELECT line.cases())';
    EXECUTE format('DROP POLICY IF EXISTS read ON cases.%I', t);
    EXECUTE format('DROP POLICY IF EXISTS write ON cases.%I', t);
    EXECUTE format('CREATE POLICY read ON cases.%I FOR SELECT TO brightline_reader USING (%s)', t, rule);
    EXECUTE format('CREATE POLICY write ON cases.%I FOR ALL TO brightline_writer USING (%s) WITH CHECK (%s)', t, rule, rule);
  END LOOP;
END $policies$;
DROP POLICY IF EXISTS read ON cases.transition;
CREATE POLICY read ON cases.transition FOR SELECT TO brightline_reader, brightline_writer USING (true);
