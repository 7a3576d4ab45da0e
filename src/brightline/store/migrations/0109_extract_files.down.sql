-- Functions that read these columns by name go with them; the installation of the older version makes its own.
REVOKE UPDATE ON operations.extract FROM brightline_writer;
DELETE FROM operations.extract_row r USING operations.extract x WHERE x.id = r.extract AND x.state <> 'done';
DELETE FROM operations.extract_fault r USING operations.extract x WHERE x.id = r.extract AND x.state <> 'done';
DELETE FROM operations.extract x WHERE x.state <> 'done';
DROP INDEX operations.extract_once;
DROP INDEX operations.extract_waiting;
ALTER TABLE operations.extract ADD CONSTRAINT extract_unit_regime_kind_sha256_key UNIQUE (unit, regime, kind, sha256);
ALTER TABLE operations.extract DROP COLUMN hint CASCADE;
ALTER TABLE operations.extract DROP COLUMN message CASCADE;
ALTER TABLE operations.extract DROP COLUMN attempts CASCADE;
ALTER TABLE operations.extract DROP COLUMN taken CASCADE;
ALTER TABLE operations.extract DROP COLUMN standing_order CASCADE;
ALTER TABLE operations.extract DROP COLUMN purpose_key CASCADE;
ALTER TABLE operations.extract DROP COLUMN total CASCADE;
ALTER TABLE operations.extract DROP COLUMN file CASCADE;
ALTER TABLE operations.extract DROP COLUMN state CASCADE;
