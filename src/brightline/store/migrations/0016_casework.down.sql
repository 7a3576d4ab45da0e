-- Takes the work on cases away; the case files stay. Clearances end with their table, and with it the functions of the
-- line that look at them: the next installation writes them anew.
DROP TABLE IF EXISTS line.clearance CASCADE;
DROP TABLE IF EXISTS cases.notice, cases.checked, cases.relation, cases.hours, cases.custody, cases.evidence_transition,
  cases.evidence, cases.passage, cases.report_transition, cases.report, cases.task_template, cases.task CASCADE;
DROP FUNCTION IF EXISTS cases.locked() CASCADE;
DROP FUNCTION IF EXISTS cases.append_only() CASCADE;
