-- Row-level security: one rule for every table that holds content. Written anew at each installation, so that what a
-- database enforces is what stands here.
DO $policies$
DECLARE
  t text;
  rule constant text :=
    'marking IN (SELECT line.visible()) AND (compartment IS NULL OR compartment IN (SELECT line.compartments()))';
BEGIN
  FOREACH t IN ARRAY ARRAY['record', 'aspect', 'link', 'judgement'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS read ON content.%I', t);
    EXECUTE format('DROP POLICY IF EXISTS write ON content.%I', t);
    EXECUTE format('CREATE POLICY read ON content.%I FOR SELECT TO brightline_reader USING (%s)', t, rule);
    EXECUTE format('CREATE POLICY write ON content.%I FOR ALL TO brightline_writer USING (%s) WITH CHECK (%s)', t, rule,
      rule);
  END LOOP;
END $policies$;

DROP POLICY IF EXISTS read ON content.token;
CREATE POLICY read ON content.token FOR SELECT TO brightline_reader USING (true);

DROP POLICY IF EXISTS read ON content.event;
CREATE POLICY read ON content.event FOR SELECT TO brightline_reader, brightline_writer
  USING (case_id IN (SELECT line.cases()));
