DELETE FROM leads.notice WHERE kind = 'stale';
DO $kinds$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conrelid = 'leads.notice'::regclass AND c.conname = 'notice_kind_check');
BEGIN
  ALTER TABLE leads.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE leads.notice ADD CONSTRAINT notice_kind_check ' || replace(old, '''stale''::text, ', '');
END $kinds$;
DROP INDEX leads.associate_expires;
DROP INDEX leads.lead_kept;
DELETE FROM retention.purge_item WHERE kind IN ('lead', 'quarantine');
ALTER TABLE retention.purge_item DROP CONSTRAINT purge_item_kind_check;
ALTER TABLE retention.purge_item ADD CONSTRAINT purge_item_kind_check CHECK (kind IN ('record', 'case'));
DELETE FROM retention.hold WHERE kind IN ('lead', 'quarantine');
ALTER TABLE retention.hold DROP CONSTRAINT hold_kind_check;
ALTER TABLE retention.hold ADD CONSTRAINT hold_kind_check CHECK (kind IN ('record', 'case', 'source'));
DELETE FROM retention.validation WHERE kind IN ('lead', 'quarantine');
ALTER TABLE retention.validation DROP CONSTRAINT validation_kind_check;
ALTER TABLE retention.validation ADD CONSTRAINT validation_kind_check CHECK (kind IN ('record', 'case'));
-- Functions that read these columns by name go with them; the installation of the older version makes its own.
REVOKE UPDATE ON leads.intake FROM brightline_writer;
DROP INDEX leads.lead_intake;
DROP INDEX leads.intake_waiting;
ALTER TABLE leads.intake DROP COLUMN hint CASCADE;
ALTER TABLE leads.intake DROP COLUMN message CASCADE;
ALTER TABLE leads.intake DROP COLUMN ended CASCADE;
ALTER TABLE leads.intake DROP COLUMN attempts CASCADE;
ALTER TABLE leads.intake DROP COLUMN taken CASCADE;
ALTER TABLE leads.intake DROP COLUMN standing_order CASCADE;
ALTER TABLE leads.intake DROP COLUMN purpose_key CASCADE;
ALTER TABLE leads.intake DROP COLUMN held CASCADE;
ALTER TABLE leads.intake DROP COLUMN linked CASCADE;
ALTER TABLE leads.intake DROP COLUMN known CASCADE;
ALTER TABLE leads.intake DROP COLUMN accepted CASCADE;
ALTER TABLE leads.intake DROP COLUMN total CASCADE;
ALTER TABLE leads.intake DROP COLUMN file CASCADE;
ALTER TABLE leads.intake DROP COLUMN state CASCADE;
