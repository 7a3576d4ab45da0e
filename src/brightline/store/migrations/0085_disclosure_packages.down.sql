DELETE FROM cases.notice WHERE kind = 'disclosure';
ALTER TABLE cases.notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE cases.notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('task', 'report', 'custody', 'clearance', 'deconfliction'));
DROP INDEX disclosures.notice_about;
ALTER TABLE disclosures.notice DROP COLUMN about;
DROP FUNCTION IF EXISTS disclosures.kept_package(line.context, disclosures.disclosure);
DROP TABLE disclosures.package;
DROP FUNCTION disclosures.package_kept();
