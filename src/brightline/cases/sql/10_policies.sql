-- Row-level security of the case files, written anew at each installation: one rule, `line.cases()`; whoever has an
-- item of evidence in hand reaches that item as well.
DO $policies$
DECLARE t text; rule text;
BEGIN
  FOREACH t IN ARRAY ARRAY['case_file', 'person_role', 'item', 'note', 'document', 'task',
    'report', 'evidence', 'custody',
      'hours', 'relation', 'checked'] LOOP
    rule := CASE t WHEN 'case_file' THEN 'id' ELSE 'case_id' END || ' IN (SELECT line.cases())'
      || CASE t WHEN 'evidence' THEN ' OR id IN (SELECT line.cases_custody())' WHEN 'custody'
        THEN ' OR evidence IN (SELECT line.cases_custody())' ELSE '' END;
    EXECUTE format('DROP POLICY IF EXISTS read ON cases.%I', t);
    EXECUTE format('DROP POLICY IF EXISTS write ON cases.%I', t);
    EXECUTE format('CREATE POLICY read ON cases.%I FOR SELECT TO brightline_reader USING (%s)', t, rule);
    EXECUTE format('CREATE POLICY write ON cases.%I FOR ALL TO brightline_writer USING (%s) WITH CHECK (%s)', t, rule,
      rule);
  END LOOP;
END $policies$;
-- The words of a report are content: no desk and no overseer reads them, as with notes.
-- Those that rest on a crossing end with it, and so do documents whose pages do.
DO $words$
DECLARE
  rule constant text := 'line.pass_kind() = ''case'' AND case_id IN (SELECT line.cases())
    AND (compartment IS NULL OR compartment IN (SELECT line.compartments()))';
BEGIN
  DROP POLICY IF EXISTS read ON cases.passage;
  DROP POLICY IF EXISTS write ON cases.passage;
  EXECUTE format('CREATE POLICY read ON cases.passage FOR SELECT TO brightline_reader USING (%s)', rule);
  EXECUTE format('CREATE POLICY write ON cases.passage FOR ALL TO brightline_writer USING (%s) WITH CHECK (%s)', rule,
    rule);
  DROP POLICY IF EXISTS crossed ON cases.document;
  CREATE POLICY crossed ON cases.document AS RESTRICTIVE FOR ALL TO brightline_reader, brightline_writer
    USING (compartment IS NULL OR compartment IN (SELECT line.compartments()));
END $words$;

DO $steps$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['transition', 'report_transition', 'evidence_transition', 'task_template'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS read ON cases.%I', t);
    EXECUTE format('CREATE POLICY read ON cases.%I FOR SELECT TO brightline_reader, brightline_writer USING (true)', t);
  END LOOP;
END $steps$;
