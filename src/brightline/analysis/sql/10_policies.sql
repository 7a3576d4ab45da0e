-- Row-level security of analysis, written anew at each installation. A watch belongs to one account under one purpose;
-- a workspace to its maker under the purpose, or, once shared, to whoever works on the case.
DO $policies$
DECLARE t text; rule text;
  own constant text := 'account = line.analysis_self() AND purpose = line.analysis_purpose()';
BEGIN
  FOREACH t IN ARRAY ARRAY['watch', 'workspace', 'hit', 'evaluated'] LOOP
    rule := CASE t WHEN 'watch' THEN own
      WHEN 'workspace' THEN own || ' OR state = ''shared'' AND case_id IN (SELECT line.cases())'
      ELSE 'watch IN (SELECT w.id FROM analysis.watch w)' END;
    EXECUTE format('DROP POLICY IF EXISTS read ON analysis.%I', t);
    EXECUTE format('DROP POLICY IF EXISTS write ON analysis.%I', t);
    EXECUTE format('CREATE POLICY read ON analysis.%I FOR SELECT TO brightline_reader USING (%s)', t, rule);
    EXECUTE format('CREATE POLICY write ON analysis.%I FOR ALL TO brightline_writer USING (%s) WITH CHECK (%s)', t,
      rule,
      CASE t WHEN 'workspace' THEN 'account = line.analysis_self()' ELSE rule END);
  END LOOP;
END $policies$;
DROP POLICY IF EXISTS read ON analysis.transition;
CREATE POLICY read ON analysis.transition FOR SELECT TO brightline_reader, brightline_writer USING (true);
