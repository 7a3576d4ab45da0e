-- Row-level security of leads, written anew at each installation. Handling: `line.leads_desk()`,
-- `line.leads_one()`, oversight. What is said of people: the
-- same, but never overseers. A recipient sees the package that was sent, and of the lead nothing.
DO $policies$
DECLARE t text; own constant text := 'EXISTS (SELECT FROM leads.lead l WHERE l.id = lead)';
people constant text := ' AND (SELECT line.pass_kind()) <> ''oversight''';
  rule text; mine constant text := '(SELECT line.leads_unit())';
BEGIN
  FOREACH t IN ARRAY ARRAY['lead', 'check_entry', 'hold', 'event', 'paper', 'content', 'change', 'identifier',
    'associate', 'intake', 'quarantine'] LOOP
    rule := CASE t WHEN 'lead' THEN
        '(unit = (SELECT line.leads_desk()) OR id = (SELECT line.leads_one()) OR (SELECT line.pass_kind()) '
        '= ''oversight'')'
      WHEN 'content' THEN own || people WHEN 'change' THEN own || people WHEN 'identifier' THEN own || people
      WHEN 'associate' THEN own || people || ' AND expires > clock_timestamp()'
      WHEN 'intake' THEN 'unit = ' || mine WHEN 'quarantine' THEN 'unit = ' || mine ELSE own END;
    EXECUTE format('DROP POLICY IF EXISTS read ON leads.%I', t);
    EXECUTE format('DROP POLICY IF EXISTS write ON leads.%I', t);
    EXECUTE format('CREATE POLICY read ON leads.%I FOR SELECT TO brightline_reader USING (%s)', t, rule);
    EXECUTE format('CREATE POLICY write ON leads.%I FOR ALL TO brightline_writer USING (%s) WITH CHECK (%s)', t, rule,
      rule);
  END LOOP;
END $policies$;

DROP POLICY IF EXISTS read ON leads.referral;
DROP POLICY IF EXISTS write ON leads.referral;
CREATE POLICY read ON leads.referral FOR SELECT TO brightline_reader USING (line.pass_kind() <> 'oversight' AND (
  from_unit = (SELECT line.leads_unit()) OR (to_unit = (SELECT line.leads_unit())
    AND state NOT IN ('asked', 'refused', 'withdrawn')
    AND (crossing IS NULL OR line.leads_crossing_live(crossing)))));
CREATE POLICY write ON leads.referral FOR ALL TO brightline_writer USING (line.pass_kind() <> 'oversight' AND (
  from_unit = (SELECT line.leads_unit()) OR (to_unit = (SELECT line.leads_unit())
    AND state NOT IN ('asked', 'refused', 'withdrawn')
    AND (crossing IS NULL OR line.leads_crossing_live(crossing)))))
  WITH CHECK (from_unit = (SELECT line.leads_unit()) OR to_unit = (SELECT line.leads_unit()));

DROP POLICY IF EXISTS read ON leads.notice;
CREATE POLICY read ON leads.notice FOR SELECT TO brightline_reader, brightline_writer
  USING (to_unit = (SELECT line.leads_unit()) OR line.pass_kind() = 'oversight');
DROP POLICY IF EXISTS read ON leads.programme;
CREATE POLICY read ON leads.programme FOR SELECT TO brightline_reader USING (true);
DROP POLICY IF EXISTS write ON leads.programme;
CREATE POLICY write ON leads.programme FOR ALL TO brightline_writer USING (true) WITH CHECK (true);
DO $steps$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['transition', 'referral_transition'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS read ON leads.%I', t);
    EXECUTE format('CREATE POLICY read ON leads.%I FOR SELECT TO brightline_reader, brightline_writer USING (true)', t);
  END LOOP;
END $steps$;
DROP FUNCTION IF EXISTS line.leads();
