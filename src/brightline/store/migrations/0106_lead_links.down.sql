-- Functions that read these by name go with them; the installation of the older version makes its own.
DELETE FROM leads.notice WHERE kind IN ('changed', 'twins');
DO $kinds$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conrelid = 'leads.notice'::regclass AND c.conname = 'notice_kind_check');
BEGIN
  ALTER TABLE leads.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE leads.notice ADD CONSTRAINT notice_kind_check ' || replace(replace(old, '''changed''::text, ', ''), '''twins''::text, ', '');
END $kinds$;
ALTER TABLE leads.intake DROP COLUMN changed CASCADE;
DROP TABLE leads.change CASCADE;
ALTER TABLE leads.lead DROP COLUMN intake_row CASCADE;
ALTER TABLE leads.lead DROP COLUMN row_digest CASCADE;
ALTER TABLE leads.lead DROP CONSTRAINT twin_whole;
ALTER TABLE leads.lead DROP COLUMN twin_reason CASCADE;
ALTER TABLE leads.lead DROP COLUMN twin_by CASCADE;
ALTER TABLE leads.lead DROP COLUMN twin_of CASCADE;
DROP TRIGGER named ON leads.content;
DROP FUNCTION leads.content_named() CASCADE;
DROP INDEX leads.content_name;
ALTER TABLE leads.content DROP COLUMN name_key CASCADE;
ALTER TABLE leads.lead DROP CONSTRAINT lead_number_check;
ALTER TABLE leads.lead ADD CONSTRAINT lead_number_check CHECK (number ~ '^L-\d{4}-\d{4,6}$') NOT VALID;
