REVOKE UPDATE ON leads.intake FROM brightline_writer;
DROP INDEX leads.lead_intake;
DROP INDEX leads.intake_waiting;
ALTER TABLE leads.intake DROP COLUMN hint, DROP COLUMN message, DROP COLUMN ended, DROP COLUMN attempts, DROP COLUMN taken, DROP COLUMN standing_order,
  DROP COLUMN purpose_key, DROP COLUMN held, DROP COLUMN linked, DROP COLUMN known, DROP COLUMN accepted, DROP COLUMN total, DROP COLUMN file, DROP COLUMN state;
