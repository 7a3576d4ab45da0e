DELETE FROM cases.notice WHERE kind = 'disclosure';
DO $kind$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = 'notice_kind_check'
  AND c.conrelid = 'cases.notice'::regclass);
BEGIN
  ALTER TABLE cases.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE cases.notice ADD CONSTRAINT notice_kind_check ' || replace(old, '''disclosure''::text, ', '');
END $kind$;
DROP INDEX disclosures.notice_about;
ALTER TABLE disclosures.notice DROP COLUMN about;
DROP FUNCTION IF EXISTS disclosures.kept_package(line.context, disclosures.disclosure);
DROP TABLE disclosures.package;
DROP FUNCTION disclosures.package_kept();
