-- A published table waits, is read by the worker in the box and taken in piece by piece, as a file of leads is.
ALTER TABLE operations.extract ADD COLUMN state text NOT NULL DEFAULT 'done' CHECK (state IN ('open', 'waiting', 'running', 'done', 'failed'));
ALTER TABLE operations.extract ADD COLUMN file text;
ALTER TABLE operations.extract ADD COLUMN total integer;
ALTER TABLE operations.extract ADD COLUMN quarantined integer NOT NULL DEFAULT 0 CHECK (quarantined >= 0);
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
UPDATE operations.extract x SET quarantined = (SELECT count(DISTINCT f.row) FROM operations.extract_fault f WHERE f.extract = x.id);

-- What is counted of a table, as its rows come in: millions of rows are not counted anew each time that somebody looks.
CREATE TABLE operations.extract_figure (
  extract  uuid NOT NULL REFERENCES operations.extract,
  "column" text NOT NULL,
  value    text NOT NULL,
  rows     integer NOT NULL CHECK (rows > 0),
  PRIMARY KEY (extract, "column", value)
);
ALTER TABLE operations.extract_figure OWNER TO brightline_owner;
ALTER TABLE operations.extract_figure ENABLE ROW LEVEL SECURITY;
ALTER TABLE operations.extract_figure FORCE ROW LEVEL SECURITY;
GRANT ALL ON operations.extract_figure TO brightline_line;
GRANT SELECT ON operations.extract_figure TO brightline_reader, brightline_writer;
GRANT INSERT, UPDATE ON operations.extract_figure TO brightline_writer;
INSERT INTO operations.extract_figure (extract, "column", value, rows)
  SELECT r.extract, c.key, c.value, count(*) FROM operations.extract_row r, LATERAL (
    SELECT v.key, v.value FROM jsonb_each_text(r.values) v
      WHERE v.key IN ('method', 'program', 'criminality', 'case_status', 'release_reason', 'final_order', 'operation')
    UNION ALL SELECT 'month', to_char(r.day, 'YYYY-MM')) c GROUP BY 1, 2, 3;

-- What two people found of a person's citizenship or status outlives the lead in which they found it: that it was found, by whom
-- it is known again (keyed hashes, from which nothing is read back), who found it and when. No name, no number, no words.
CREATE TABLE leads.finding (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  unit      text NOT NULL,
  status    text NOT NULL CHECK (status IN ('citizen', 'lawful')),
  marks     bytea[] NOT NULL CHECK (marks <> '{}'),
  known_by  text[] NOT NULL,
  first_by  uuid NOT NULL,
  second_by uuid NOT NULL,
  found     timestamptz NOT NULL,
  kept      timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (first_by <> second_by)
);
CREATE INDEX finding_marks ON leads.finding USING gin (marks);
ALTER TABLE leads.finding OWNER TO brightline_owner;
ALTER TABLE leads.finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads.finding FORCE ROW LEVEL SECURITY;
GRANT ALL ON leads.finding TO brightline_line;

ALTER TABLE retention.validation DROP CONSTRAINT validation_kind_check;
ALTER TABLE retention.validation ADD CONSTRAINT validation_kind_check CHECK (kind IN ('record', 'case', 'lead', 'quarantine', 'finding'));
ALTER TABLE retention.hold DROP CONSTRAINT hold_kind_check;
ALTER TABLE retention.hold ADD CONSTRAINT hold_kind_check CHECK (kind IN ('record', 'case', 'source', 'lead', 'quarantine', 'finding'));
ALTER TABLE retention.purge_item DROP CONSTRAINT purge_item_kind_check;
ALTER TABLE retention.purge_item ADD CONSTRAINT purge_item_kind_check CHECK (kind IN ('record', 'case', 'lead', 'quarantine', 'finding'));
