-- What overseers write down: samples of reasons with their judgements, and how an exception was explained. They change
-- nothing else.

CREATE SCHEMA oversight AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA oversight TO brightline_line, brightline_reader, brightline_writer;

-- A sample is fixed by its seed: inquiry by inquiry, the smallest SHA-256(seed ‖ id) of the period's population.
CREATE TABLE oversight.sample (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  since      timestamptz NOT NULL,
  until      timestamptz NOT NULL CHECK (until > since),
  seed       bytea NOT NULL CHECK (length(seed) = 32),
  population integer NOT NULL CHECK (population >= 0),
  account    uuid NOT NULL,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry      uuid NOT NULL
);

CREATE TABLE oversight.sampled (
  sample  uuid NOT NULL REFERENCES oversight.sample,
  place   integer NOT NULL CHECK (place > 0),
  inquiry uuid NOT NULL,
  verdict text CHECK (verdict IN ('specific', 'vague', 'unlawful')),
  note    text NOT NULL DEFAULT '',
  judge   uuid,
  judged  timestamptz,
  PRIMARY KEY (sample, place),
  UNIQUE (sample, inquiry),
  CHECK ((verdict IS NULL) = (judge IS NULL)),
  CHECK (verdict IS NULL OR verdict = 'specific' OR length(btrim(note)) >= 10)
);

-- An exception that an overseer has looked into: by its key, with what was found.
CREATE TABLE oversight.explained (
  key     text PRIMARY KEY,
  note    text NOT NULL CHECK (length(btrim(note)) >= 20),
  account uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry   uuid NOT NULL
);

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'oversight' LOOP
    EXECUTE format('ALTER TABLE oversight.%I OWNER TO brightline_line', t.tablename);
    EXECUTE format('REVOKE ALL ON oversight.%I FROM PUBLIC', t.tablename);
  END LOOP;
END $own$;
ALTER SCHEMA oversight OWNER TO brightline_line;
