-- Time limits. No date of a limit is stored: it is computed from the entry, or from the last validation. What is kept
-- here is what people decided: validations, holds, purges.

CREATE SCHEMA retention AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA retention TO brightline_line, brightline_reader, brightline_writer;

-- The day in the row from which its time counts, where the feed names such a column and the day lies before the entry.
ALTER TABLE content.record ADD COLUMN since date;
CREATE INDEX record_since ON content.record (since) WHERE since IS NOT NULL;
CREATE INDEX record_at ON content.record USING brin (at);

CREATE TABLE retention.validation (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind    text NOT NULL CHECK (kind IN ('record', 'case')),
  object  uuid NOT NULL,
  account uuid NOT NULL,
  reason  text NOT NULL CHECK (length(btrim(reason)) >= 40),
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry   uuid NOT NULL
);
CREATE INDEX validation_object ON retention.validation (object, at DESC);

-- A legal hold: what it names is not purged until it is lifted.
CREATE TABLE retention.hold (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind    text NOT NULL CHECK (kind IN ('record', 'case', 'source')),
  object  uuid,
  source  text,
  label   text NOT NULL,
  reason  text NOT NULL CHECK (length(btrim(reason)) >= 40),
  account uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  lifted  timestamptz,
  lifted_by uuid,
  lift_reason text,
  CHECK ((kind = 'source') = (source IS NOT NULL)),
  CHECK ((kind = 'source') = (object IS NULL))
);
CREATE INDEX hold_object ON retention.hold (object) WHERE lifted IS NULL;

CREATE TABLE retention.purge (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number   text NOT NULL UNIQUE CHECK (number ~ '^P-\d{4}-\d{4,6}$'),
  state    text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'done', 'rejected', 'withdrawn')),
  unit     text NOT NULL,
  reason   text NOT NULL,
  proposed_by uuid NOT NULL,
  proposed timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_by uuid,
  decided  timestamptz,
  decision_reason text,
  certificate uuid,
  bodies   integer NOT NULL DEFAULT 0,
  CHECK (state <> 'done' OR (certificate IS NOT NULL AND decided_by IS DISTINCT FROM proposed_by)),
  CHECK (state = 'proposed' OR decided IS NOT NULL)
);

-- What a purge names. The label goes with what it labels.
CREATE TABLE retention.purge_item (
  purge   uuid NOT NULL REFERENCES retention.purge,
  kind    text NOT NULL CHECK (kind IN ('record', 'case')),
  object  uuid NOT NULL,
  source  text NOT NULL,
  label   text,
  due     date NOT NULL,
  outcome text NOT NULL DEFAULT 'waiting' CHECK (outcome IN ('waiting', 'destroyed', 'kept')),
  why     text NOT NULL DEFAULT '',
  sha256  bytea,
  PRIMARY KEY (purge, object),
  CHECK (outcome <> 'destroyed' OR (label IS NULL AND sha256 IS NOT NULL))
);
CREATE INDEX purge_item_object ON retention.purge_item (object);

-- Marks of rows that were purged, so that the next delivery of the same row doesn't bring it back.
CREATE TABLE retention.gone (
  mark bytea PRIMARY KEY,
  at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The steps of retention/model.py; a test compares the two.
CREATE TABLE retention.transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO retention.transition (state, act, becomes) VALUES
  ('proposed', 'confirm', 'done'), ('proposed', 'reject', 'rejected'), ('proposed', 'withdraw', 'withdrawn');

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'retention' LOOP
    EXECUTE format('ALTER TABLE retention.%I OWNER TO brightline_line', t.tablename);
    EXECUTE format('REVOKE ALL ON retention.%I FROM PUBLIC', t.tablename);
  END LOOP;
END $own$;
ALTER SCHEMA retention OWNER TO brightline_line;
