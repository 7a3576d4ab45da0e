-- A published table waits, is read by the worker in the box and taken in piece by piece, as a file of leads is.
ALTER TABLE operations.extract ADD COLUMN state text NOT NULL DEFAULT 'done' CHECK (state IN ('open', 'waiting', 'running', 'done', 'failed'));
ALTER TABLE operations.extract ADD COLUMN file text;
ALTER TABLE operations.extract ADD COLUMN total integer;
ALTER TABLE operations.extract ADD COLUMN purpose_key text;
ALTER TABLE operations.extract ADD COLUMN standing_order uuid;
ALTER TABLE operations.extract ADD COLUMN taken timestamptz;
ALTER TABLE operations.extract ADD COLUMN attempts integer NOT NULL DEFAULT 0;
ALTER TABLE operations.extract ADD COLUMN message text;
ALTER TABLE operations.extract ADD COLUMN hint text;
CREATE INDEX extract_waiting ON operations.extract (at) WHERE state IN ('waiting', 'running');
-- One that couldn't be taken doesn't keep the same table from being sent again.
ALTER TABLE operations.extract DROP CONSTRAINT extract_unit_regime_kind_sha256_key;
CREATE UNIQUE INDEX extract_once ON operations.extract (unit, regime, kind, sha256) WHERE state <> 'failed';
GRANT UPDATE ON operations.extract TO brightline_writer;
