-- Case files. Everything of a case is seen where `line.cases()` says so: under the case's own purposes, at the desks
-- of its unit and its members, and by overseers. What was written in a case (notes) lies in content, in the case's
-- compartment; here stands only that it was written.

CREATE SCHEMA cases AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA cases TO brightline_reader, brightline_writer, brightline_line;

CREATE TABLE cases.case_file (
  id          uuid PRIMARY KEY,
  number      text NOT NULL UNIQUE CHECK (number ~ '^C-\d{4}-\d{4,6}$'),
  title       text NOT NULL CHECK (length(title) >= 5),
  regime      text NOT NULL CHECK (regime IN ('criminal', 'civil', 'regulatory', 'oversight')),
  authorities text[] NOT NULL CHECK (cardinality(authorities) > 0),
  predicate   text NOT NULL CHECK (length(btrim(predicate)) >= 40),
  category    text NOT NULL DEFAULT '',
  priority    text NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high')),
  unit        text NOT NULL,
  lead        uuid NOT NULL,
  supervisor  uuid,
  restricted  boolean NOT NULL DEFAULT false,
  state       text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'submitted', 'returned', 'open', 'suspended',
              'closure_requested', 'closed', 'reopen_requested')),
  made_by     uuid NOT NULL,
  made        timestamptz NOT NULL DEFAULT clock_timestamp(),
  opened      timestamptz,
  review_by   date,
  closed      timestamptz,
  outcome     text CHECK (outcome IN ('charged', 'referred', 'unfounded', 'insufficient', 'administrative', 'other')),
  summary     text NOT NULL DEFAULT '',
  asked_act   text,
  asked_by    uuid,
  asked_at    timestamptz,
  updated     timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (state <> 'closed' OR outcome IS NOT NULL),
  CHECK (review_by IS NULL OR opened IS NULL OR review_by <= (opened AT TIME ZONE 'UTC')::date + 1826)
);
CREATE INDEX case_file_unit ON cases.case_file (unit, state);

-- The steps of cases/model.py; a test compares the two.
CREATE TABLE cases.transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO cases.transition (state, act, becomes) VALUES
  ('draft', 'submit', 'submitted'), ('returned', 'submit', 'submitted'),
  ('submitted', 'approve', 'open'), ('submitted', 'return', 'returned'),
  ('open', 'suspend', 'suspended'), ('suspended', 'resume', 'open'),
  ('open', 'close', 'closure_requested'), ('suspended', 'close', 'closure_requested'),
  ('closure_requested', 'approve', 'closed'), ('closure_requested', 'return', 'open'),
  ('closed', 'reopen', 'reopen_requested'),
  ('reopen_requested', 'approve', 'open'), ('reopen_requested', 'return', 'closed');

-- The regime of a case and its number never change, whoever tries.
CREATE FUNCTION cases.keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.regime <> OLD.regime OR NEW.number <> OLD.number OR NEW.id <> OLD.id OR NEW.made_by <> OLD.made_by THEN
    RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'regime', DETAIL =
      '{"code": "regime", "detail": "The regime and number of a case never change.", "hint": "Open a linked case and request a crossing."}';
  END IF;
  NEW.updated := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON cases.case_file FOR EACH ROW EXECUTE FUNCTION cases.keep();

CREATE TABLE cases.person_role (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id   uuid NOT NULL REFERENCES cases.case_file,
  entity    uuid NOT NULL,
  category  text NOT NULL CHECK (category IN ('suspect', 'convicted', 'victim', 'witness', 'associate', 'other')),
  basis     text NOT NULL CHECK (btrim(basis) <> ''),
  document  uuid,
  from_time timestamptz NOT NULL DEFAULT clock_timestamp(),
  to_time   timestamptz,
  account   uuid NOT NULL
);
CREATE UNIQUE INDEX person_role_live ON cases.person_role (case_id, entity) WHERE to_time IS NULL;

CREATE TABLE cases.item (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id  uuid NOT NULL REFERENCES cases.case_file,
  kind     text NOT NULL CHECK (kind IN ('entity', 'record')),
  object   uuid NOT NULL,
  printed  text NOT NULL,
  note     text NOT NULL DEFAULT '',
  account  uuid NOT NULL,
  added    timestamptz NOT NULL DEFAULT clock_timestamp(),
  removed  timestamptz
);
CREATE UNIQUE INDEX item_live ON cases.item (case_id, object) WHERE removed IS NULL;
CREATE INDEX item_object ON cases.item (object) WHERE removed IS NULL;

-- A note's words are an aspect in the case's compartment (same id); rule 20: each is fact or assessment, with a basis.
CREATE TABLE cases.note (
  id          uuid PRIMARY KEY,
  case_id     uuid NOT NULL REFERENCES cases.case_file,
  kind        text NOT NULL CHECK (kind IN ('fact', 'assessment')),
  basis       text NOT NULL,
  reliability text CHECK (reliability ~ '^[A-F]$'),
  credibility integer CHECK (credibility BETWEEN 1 AND 6),
  about       uuid[] NOT NULL DEFAULT '{}',
  corrects    uuid REFERENCES cases.note,
  account     uuid NOT NULL,
  at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX note_case ON cases.note (case_id, at);

CREATE TABLE cases.document (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id    uuid NOT NULL REFERENCES cases.case_file,
  name       text NOT NULL CHECK (name <> '' AND length(name) <= 255),
  media_type text NOT NULL,
  purpose    text NOT NULL DEFAULT 'predicate' CHECK (purpose IN ('predicate', 'other')),
  size       integer NOT NULL CHECK (size BETWEEN 1 AND 20971520),
  sha256     bytea NOT NULL CHECK (length(sha256) = 32),
  content    bytea NOT NULL,
  account    uuid NOT NULL,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (octet_length(content) = size),
  UNIQUE (case_id, sha256)
);
ALTER TABLE cases.document ALTER COLUMN content SET STORAGE EXTERNAL;

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'cases' LOOP
    EXECUTE format('ALTER TABLE cases.%I OWNER TO brightline_owner', t.tablename);
    EXECUTE format('GRANT ALL ON cases.%I TO brightline_line', t.tablename);
    EXECUTE format('ALTER TABLE cases.%I ENABLE ROW LEVEL SECURITY', t.tablename);
    EXECUTE format('ALTER TABLE cases.%I FORCE ROW LEVEL SECURITY', t.tablename);
  END LOOP;
END $own$;
ALTER FUNCTION cases.keep() OWNER TO brightline_owner;

GRANT SELECT ON ALL TABLES IN SCHEMA cases TO brightline_reader, brightline_writer;
GRANT INSERT, UPDATE ON cases.case_file, cases.person_role, cases.item TO brightline_writer;
GRANT INSERT ON cases.note, cases.document TO brightline_writer;
