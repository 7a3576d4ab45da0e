-- Row-level security of disclosures, written anew at each installation: one rule, `line.disclosures_seen()`.
DO $policies$
DECLARE t text; rule text;
BEGIN
  FOREACH t IN ARRAY ARRAY['disclosure', 'item', 'notice', 'package'] LOOP
    -- By the case first: a row that was inserted a moment ago is not among those that the function sees yet.
    rule := CASE t WHEN 'disclosure' THEN 'case_id IN (SELECT line.cases()) OR id' ELSE 'disclosure'
      END || ' IN (SELECT line.disclosures_seen())';
    EXECUTE format('DROP POLICY IF EXISTS read ON disclosures.%I', t);
    EXECUTE format('DROP POLICY IF EXISTS write ON disclosures.%I', t);
    EXECUTE format('CREATE POLICY read ON disclosures.%I FOR SELECT TO brightline_reader USING (%s)', t, rule);
    EXECUTE format('CREATE POLICY write ON disclosures.%I FOR ALL TO brightline_writer USING (%s) WITH CHECK (%s)', t,
      rule,
      CASE t WHEN 'disclosure' THEN rule ELSE 'true' END);
  END LOOP;
END $policies$;
DROP POLICY IF EXISTS read ON disclosures.transition;
CREATE POLICY read ON disclosures.transition FOR SELECT TO brightline_reader, brightline_writer USING (true);
DROP POLICY IF EXISTS write ON disclosures.accounting;
CREATE POLICY write ON disclosures.accounting FOR INSERT TO brightline_writer WITH CHECK (true);
