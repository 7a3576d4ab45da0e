-- Enforcement records: plans, encounters and arrests, custody, published extracts. Everything of an operation is seen
-- where `line.operations()` says so. What rules 28, 29, 30 and 42 demand stands here as constraints, which no role that
-- signs in can switch off: none of them owns a table.

CREATE TABLE line.operation_ref (
  operation uuid PRIMARY KEY,
  unit      text NOT NULL,
  regime    text NOT NULL
);
CREATE INDEX operation_ref_unit ON line.operation_ref (unit, regime);
ALTER TABLE line.operation_ref OWNER TO brightline_line;

CREATE SCHEMA operations AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA operations TO brightline_reader, brightline_writer, brightline_line;

-- Individual facts are one person's own: two texts that differ only in case, spaces or signs are one text.
CREATE FUNCTION operations.digest(facts text) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(convert_to(regexp_replace(lower(facts), '[^[:alnum:]]+', '', 'g'), 'UTF8'));

-- Rule 29: two sources of good repute that are not one another, or a person who looked and says what was found.
CREATE FUNCTION operations.well_founded(evidence jsonb, looked text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN length(btrim(COALESCE(looked, ''))) >= 20 OR (SELECT count(DISTINCT lower(btrim(e ->> 'source'))) >= 2
  FROM jsonb_array_elements(evidence) e WHERE e ->> 'reliability' IN ('A', 'B', 'C'));

CREATE TABLE operations.operation (
  id          uuid PRIMARY KEY,
  number      text NOT NULL UNIQUE CHECK (number ~ '^O-\d{4}-\d{4,6}$'),
  title       text NOT NULL CHECK (length(btrim(title)) >= 5),
  regime      text NOT NULL CHECK (regime IN ('criminal', 'civil', 'regulatory')),
  unit        text NOT NULL,
  author      uuid NOT NULL,
  case_id     uuid,
  sites       text[] NOT NULL CHECK (cardinality(sites) > 0),
  starts      date NOT NULL,
  budget      jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(budget) = 'object'),
  state       text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'legal_review', 'cleared', 'returned', 'approved',
              'active', 'closed', 'reviewed')),
  made        timestamptz NOT NULL DEFAULT clock_timestamp(),
  legal_by    uuid,
  legal_at    timestamptz,
  legal_text  text NOT NULL DEFAULT '',
  approved_by uuid,
  approved_at timestamptz,
  active_at   timestamptz,
  closed_by   uuid,
  closed_at   timestamptz,
  summary     text NOT NULL DEFAULT '',
  review_by   uuid,
  review_at   timestamptz,
  review_text text NOT NULL DEFAULT '',
  updated     timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT four_eyes CHECK (approved_by IS NULL OR approved_by <> author),
  CONSTRAINT legal_eyes CHECK (legal_by IS NULL OR legal_by <> author),
  CONSTRAINT review_eyes CHECK (review_by IS NULL OR review_by <> closed_by),
  CONSTRAINT approved CHECK (state NOT IN ('approved', 'active', 'closed', 'reviewed') OR (approved_by IS NOT NULL AND legal_by IS NOT NULL))
);
CREATE INDEX operation_unit ON operations.operation (unit, regime, state);

-- The steps of operations/model.py; a test compares the two.
CREATE TABLE operations.transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO operations.transition (state, act, becomes) VALUES
  ('draft', 'submit', 'legal_review'), ('returned', 'submit', 'legal_review'),
  ('legal_review', 'clear', 'cleared'), ('legal_review', 'return', 'returned'),
  ('cleared', 'approve', 'approved'), ('cleared', 'return', 'returned'),
  ('approved', 'activate', 'active'), ('active', 'close', 'closed'), ('closed', 'review', 'reviewed');

-- Rule 30 (Perez Cruz v. Barr, 926 F.3d 1128): an instrument of the criminal law serves an objective of it, and no other.
CREATE TABLE operations.objective (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  operation  uuid NOT NULL REFERENCES operations.operation,
  rank       integer NOT NULL CHECK (rank BETWEEN 1 AND 50),
  text       text NOT NULL CHECK (length(btrim(text)) >= 10),
  regime     text NOT NULL CHECK (regime IN ('criminal', 'civil', 'regulatory')),
  instrument text NOT NULL CHECK (instrument IN ('search warrant', 'arrest warrant', 'administrative warrant', 'summons', 'consent', 'none')),
  authority  text NOT NULL,
  cost       numeric(14, 2) NOT NULL DEFAULT 0 CHECK (cost >= 0),
  UNIQUE (operation, rank),
  CONSTRAINT instrument_fits CHECK (CASE WHEN instrument IN ('search warrant', 'arrest warrant') THEN regime = 'criminal'
    WHEN instrument = 'administrative warrant' THEN regime <> 'criminal' ELSE true END)
);

CREATE TABLE operations.expected (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  operation uuid NOT NULL REFERENCES operations.operation,
  regime    text NOT NULL CHECK (regime IN ('criminal', 'civil', 'regulatory')),
  category  text NOT NULL CHECK (category IN ('suspect', 'convicted', 'victim', 'witness', 'associate', 'other')),
  people    integer NOT NULL CHECK (people BETWEEN 0 AND 10000),
  UNIQUE (operation, regime, category)
);

CREATE TABLE operations.person (
  id         uuid PRIMARY KEY,
  operation  uuid NOT NULL REFERENCES operations.operation,
  name       text NOT NULL CHECK (btrim(name) <> ''),
  folded     text NOT NULL GENERATED ALWAYS AS (lower(regexp_replace(btrim(name), '\s+', ' ', 'g'))) STORED,
  birth_date date,
  status     text NOT NULL DEFAULT 'unknown' CHECK (status IN ('unknown', 'claimed', 'citizen', 'lawful', 'not supported')),
  made       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX person_folded ON operations.person (folded);

-- Rule 42. An encounter is written once and never changed; what was wrong is said by a further one.
CREATE TABLE operations.encounter (
  id              uuid PRIMARY KEY,
  operation       uuid NOT NULL REFERENCES operations.operation,
  person          uuid NOT NULL REFERENCES operations.person,
  time            timestamptz NOT NULL,
  place           text NOT NULL CHECK (length(btrim(place)) >= 3),
  officer         uuid NOT NULL,
  selection       text NOT NULL CHECK (selection IN ('targeted', 'collateral')),
  authority       text NOT NULL CHECK (btrim(authority) <> ''),
  regime          text NOT NULL CHECK (regime IN ('criminal', 'civil', 'regulatory')),
  basis           text NOT NULL CHECK (basis IN ('warrant', 'facts')),
  warrant         text,
  facts           text,
  digest          bytea GENERATED ALWAYS AS (operations.digest(facts)) STORED,
  outcome         text NOT NULL CHECK (outcome IN ('questioned', 'released', 'cited', 'referred', 'arrested')),
  status_evidence jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(status_evidence) = 'array'),
  looked          text,
  account         uuid NOT NULL,
  at              timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry           uuid NOT NULL,
  CONSTRAINT warrant_named CHECK (basis <> 'warrant' OR length(btrim(COALESCE(warrant, ''))) >= 3),
  CONSTRAINT facts_stated CHECK (basis <> 'facts' OR length(btrim(COALESCE(facts, ''))) >= 40),
  CONSTRAINT collateral_facts CHECK (NOT (selection = 'collateral' AND regime <> 'criminal' AND outcome = 'arrested')
    OR (basis = 'facts' AND length(btrim(COALESCE(facts, ''))) >= 40)),
  CONSTRAINT two_sources CHECK (NOT (regime <> 'criminal' AND outcome = 'arrested') OR operations.well_founded(status_evidence, looked))
);
CREATE UNIQUE INDEX encounter_facts ON operations.encounter (operation, digest) WHERE digest IS NOT NULL;
CREATE INDEX encounter_person ON operations.encounter (person);

-- Victims and witnesses live apart: no count of encounters or arrests can hold them.
CREATE TABLE operations.protected_person (
  id        uuid PRIMARY KEY,
  operation uuid NOT NULL REFERENCES operations.operation,
  category  text NOT NULL CHECK (category IN ('victim', 'witness')),
  name      text NOT NULL CHECK (btrim(name) <> ''),
  note      text NOT NULL DEFAULT '',
  account   uuid NOT NULL,
  at        timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Rule 28: indicia of citizenship or lawful status lock civil action until two different people say they don't hold.
CREATE TABLE operations.hold (
  id        uuid PRIMARY KEY,
  operation uuid NOT NULL REFERENCES operations.operation,
  person    uuid NOT NULL REFERENCES operations.person,
  encounter uuid NOT NULL REFERENCES operations.encounter,
  indicia   jsonb NOT NULL CHECK (jsonb_typeof(indicia) = 'array' AND jsonb_array_length(indicia) > 0),
  opener    uuid NOT NULL,
  at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE operations.clearance (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  operation uuid NOT NULL REFERENCES operations.operation,
  hold      uuid NOT NULL REFERENCES operations.hold,
  account   uuid NOT NULL,
  finding   text NOT NULL CHECK (finding IN ('not supported', 'citizen', 'lawful')),
  reason    text NOT NULL CHECK (length(btrim(reason)) >= 20),
  at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (hold, account)
);

CREATE TABLE operations.custody_stay (
  id             uuid PRIMARY KEY,
  operation      uuid NOT NULL REFERENCES operations.operation,
  person         uuid NOT NULL REFERENCES operations.person,
  facility       text NOT NULL CHECK (length(btrim(facility)) >= 2),
  authority      text NOT NULL,
  regime         text NOT NULL CHECK (regime IN ('criminal', 'civil', 'regulatory')),
  book_in        timestamptz NOT NULL,
  book_out       timestamptz,
  release_reason text,
  account        uuid NOT NULL,
  CHECK (book_out IS NULL OR book_out > book_in),
  CONSTRAINT way_out CHECK ((book_out IS NULL) = (release_reason IS NULL))
);
-- One person is in one place. A range over the id stands for equality, so that no extension is needed.
CREATE TYPE operations.one AS RANGE (SUBTYPE = uuid);
ALTER TABLE operations.custody_stay ADD CONSTRAINT one_stay EXCLUDE USING gist (
  operations.one(person, person, '[]') WITH &&, tstzrange(book_in, book_out, '[)') WITH &&);

CREATE TABLE operations.custody_event (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  operation uuid NOT NULL REFERENCES operations.operation,
  person    uuid NOT NULL REFERENCES operations.person,
  stay      uuid REFERENCES operations.custody_stay,
  kind      text NOT NULL CHECK (kind IN ('book_in', 'release', 'transfer', 'removal', 'disposition')),
  time      timestamptz NOT NULL,
  detail    text NOT NULL DEFAULT '',
  account   uuid NOT NULL,
  at        timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE operations.cost (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  operation uuid NOT NULL REFERENCES operations.operation,
  regime    text NOT NULL CHECK (regime IN ('criminal', 'civil', 'regulatory')),
  amount    numeric(14, 2) NOT NULL CHECK (amount > 0),
  what      text NOT NULL CHECK (btrim(what) <> ''),
  day       date NOT NULL,
  account   uuid NOT NULL,
  at        timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A published table: figures without people. No name, number, birth date or trait of anybody is kept.
CREATE TABLE operations.extract (
  id      uuid PRIMARY KEY,
  unit    text NOT NULL,
  regime  text NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('arrests', 'detentions', 'removals')),
  name    text NOT NULL,
  sha256  bytea NOT NULL CHECK (length(sha256) = 32),
  rows    integer NOT NULL CHECK (rows >= 0),
  kept    integer NOT NULL CHECK (kept >= 0 AND kept <= rows),
  omitted text[] NOT NULL DEFAULT '{}',
  account uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (unit, regime, kind, sha256)
);
CREATE TABLE operations.extract_row (
  extract uuid NOT NULL REFERENCES operations.extract,
  row     integer NOT NULL,
  day     date NOT NULL,
  until   date,
  values  jsonb NOT NULL,
  PRIMARY KEY (extract, row)
);
CREATE TABLE operations.extract_fault (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  extract uuid NOT NULL REFERENCES operations.extract,
  row     integer NOT NULL,
  "column" text NOT NULL,
  value   text NOT NULL,
  reason  text NOT NULL
);
CREATE INDEX extract_fault_of ON operations.extract_fault (extract, row);

CREATE FUNCTION operations.keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.regime <> OLD.regime OR NEW.number <> OLD.number OR NEW.id <> OLD.id OR NEW.author <> OLD.author OR NEW.unit <> OLD.unit THEN
    RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'regime', DETAIL =
      '{"code": "regime", "detail": "Regime, unit, number and author of an operation never change.", "hint": "Plan another operation."}';
  END IF;
  NEW.updated := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON operations.operation FOR EACH ROW EXECUTE FUNCTION operations.keep();

-- Is a claim of this person, or of somebody of the same name, still unsettled? Towards not acting, a name suffices.
CREATE FUNCTION operations.held(who uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM operations.person me JOIN operations.person p ON p.folded = me.folded
  JOIN operations.hold h ON h.person = p.id
  WHERE me.id = who AND (EXISTS (SELECT FROM operations.clearance c WHERE c.hold = h.id AND c.finding <> 'not supported')
    OR (SELECT count(DISTINCT c.account) FROM operations.clearance c WHERE c.hold = h.id) < 2));

CREATE FUNCTION operations.locked() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.regime <> 'criminal' AND operations.held(NEW.person) THEN
    RAISE EXCEPTION USING ERRCODE = 'BL003', MESSAGE = 'hold', DETAIL =
      '{"code": "hold", "detail": "A claim of citizenship or lawful status is open.", "hint": "Two different people have to clear it first."}';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER locked BEFORE INSERT ON operations.encounter FOR EACH ROW WHEN (NEW.outcome = 'arrested') EXECUTE FUNCTION operations.locked();
CREATE TRIGGER locked BEFORE INSERT ON operations.custody_stay FOR EACH ROW EXECUTE FUNCTION operations.locked();

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'operations' LOOP
    EXECUTE format('ALTER TABLE operations.%I OWNER TO brightline_owner', t.tablename);
    EXECUTE format('GRANT ALL ON operations.%I TO brightline_line', t.tablename);
    EXECUTE format('ALTER TABLE operations.%I ENABLE ROW LEVEL SECURITY', t.tablename);
    EXECUTE format('ALTER TABLE operations.%I FORCE ROW LEVEL SECURITY', t.tablename);
  END LOOP;
END $own$;
DO $own$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'operations'::regnamespace
      AND p.proname IN ('keep', 'locked', 'held', 'digest', 'well_founded') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_owner', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer, brightline_line', f);
  END LOOP;
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'operations'::regnamespace AND p.proname LIKE 'one%' LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_owner, brightline_writer, brightline_line', f);
  END LOOP;
END $own$;
ALTER TYPE operations.one OWNER TO brightline_owner;

GRANT SELECT ON ALL TABLES IN SCHEMA operations TO brightline_reader, brightline_writer;
GRANT INSERT ON operations.operation, operations.objective, operations.expected, operations.person, operations.encounter,
  operations.protected_person, operations.hold, operations.clearance, operations.custody_stay, operations.custody_event,
  operations.cost, operations.extract, operations.extract_row, operations.extract_fault TO brightline_writer;
GRANT UPDATE ON operations.operation TO brightline_writer;
GRANT UPDATE (status) ON operations.person TO brightline_writer;
GRANT UPDATE (book_out, release_reason) ON operations.custody_stay TO brightline_writer;
