-- One rule, as for all that belongs to a case. The words of the pages are content, under the rule of all content.
DROP POLICY IF EXISTS read ON documents.reading;
DROP POLICY IF EXISTS write ON documents.reading;
DROP POLICY IF EXISTS read ON documents.waiting;
CREATE POLICY read ON documents.reading FOR SELECT TO brightline_reader USING (case_id IN (SELECT line.cases()));
CREATE POLICY read ON documents.waiting FOR SELECT TO brightline_reader, brightline_writer
  USING (case_id IN (SELECT line.cases()));
CREATE POLICY write ON documents.reading FOR ALL TO brightline_writer
  USING (case_id IN (SELECT line.cases())) WITH CHECK (case_id IN (SELECT line.cases()));
