DELETE FROM cases.notice WHERE kind = 'watch';
ALTER TABLE cases.notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE cases.notice ADD CONSTRAINT notice_kind_check
  CHECK (kind IN ('task', 'report', 'custody', 'clearance', 'deconfliction'));
DROP SCHEMA analysis CASCADE;
