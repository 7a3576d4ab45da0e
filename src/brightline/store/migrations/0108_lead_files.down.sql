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
