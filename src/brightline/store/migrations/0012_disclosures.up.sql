-- Disclosures: whatever leaves the organisation, with what the law wants recorded of it. The accounting is a table of its
-- own without a key into content, so that it outlives what was disclosed (552a(c)(2)).

CREATE SCHEMA disclosures AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA disclosures TO brightline_reader, brightline_writer, brightline_line;

CREATE TABLE disclosures.disclosure (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number       text NOT NULL UNIQUE CHECK (number ~ '^D-\d{4}-\d{4,6}$'),
  case_id      uuid NOT NULL,
  unit         text NOT NULL,
  regime       text NOT NULL,
  authority    text NOT NULL,
  recipient    text NOT NULL CHECK (length(recipient) >= 3),
  address      text NOT NULL CHECK (length(address) >= 8),
  recipient_kind text NOT NULL CHECK (recipient_kind IN ('law_enforcement', 'court', 'prosecutor', 'regulator', 'victim_services',
               'subject', 'other')),
  rules_accepted date,
  request      text NOT NULL DEFAULT '',
  purpose      text NOT NULL CHECK (length(btrim(purpose)) >= 40),
  need_to_know text NOT NULL CHECK (length(btrim(need_to_know)) >= 20),
  right_to_know text NOT NULL CHECK (length(btrim(right_to_know)) >= 20),
  nature       text NOT NULL CHECK (length(btrim(nature)) >= 5),
  others_justified text NOT NULL DEFAULT '',
  caveats      text NOT NULL DEFAULT '',
  fields       text[] NOT NULL CHECK (cardinality(fields) > 0),
  people       jsonb NOT NULL DEFAULT '{}',
  digest       bytea,
  package      bytea,
  manifest     jsonb,
  state        text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'submitted', 'approved', 'denied', 'sent', 'recalled')),
  requester    uuid NOT NULL,
  approver     uuid,
  second       uuid,
  reason       text NOT NULL DEFAULT '',
  made         timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided      timestamptz,
  sent         timestamptz,
  recalled     timestamptz,
  recall_reason text NOT NULL DEFAULT '',
  CHECK (approver IS DISTINCT FROM requester AND second IS DISTINCT FROM requester),
  CHECK (second IS NULL OR second <> approver),
  CHECK (recipient_kind <> 'law_enforcement' OR length(request) >= 20),
  CHECK (state NOT IN ('approved', 'sent', 'recalled') OR approver IS NOT NULL),
  CHECK (state NOT IN ('sent', 'recalled') OR (sent IS NOT NULL AND length(package) = 32))
);
CREATE INDEX disclosure_case ON disclosures.disclosure (case_id);

CREATE TABLE disclosures.item (
  disclosure  uuid NOT NULL REFERENCES disclosures.disclosure,
  entity      uuid NOT NULL,
  printed     text NOT NULL,
  schema      text NOT NULL,
  category    text CHECK (category IN ('suspect', 'convicted', 'victim', 'witness', 'associate', 'other')),
  reliability text NOT NULL DEFAULT 'F',
  currency    date,
  PRIMARY KEY (disclosure, entity)
);
CREATE INDEX item_entity ON disclosures.item (entity);

-- Date, nature, purpose, recipient's name and address of each release, person by person (552a(c)(1)); insert only.
CREATE TABLE disclosures.accounting (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  disclosure text NOT NULL,
  entity     uuid NOT NULL,
  released   timestamptz NOT NULL DEFAULT clock_timestamp(),
  nature     text NOT NULL,
  purpose    text NOT NULL,
  recipient  text NOT NULL,
  address    text NOT NULL,
  authority  text NOT NULL,
  fields     text[] NOT NULL,
  keep_until date NOT NULL,
  CHECK (keep_until >= (released AT TIME ZONE 'UTC')::date + 1825)
);
CREATE INDEX accounting_entity ON disclosures.accounting (entity);

-- What recipients were told afterwards: recalls and corrections, each until its receipt is confirmed (23.20(h)).
CREATE TABLE disclosures.notice (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  disclosure uuid NOT NULL REFERENCES disclosures.disclosure,
  kind       text NOT NULL CHECK (kind IN ('recall', 'correction')),
  text       text NOT NULL,
  at         timestamptz NOT NULL DEFAULT clock_timestamp(),
  account    uuid NOT NULL,
  confirmed  timestamptz,
  confirmed_by text NOT NULL DEFAULT ''
);

-- The steps of disclosures/model.py; a test compares the two.
CREATE TABLE disclosures.transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO disclosures.transition (state, act, becomes) VALUES
  ('draft', 'submit', 'submitted'), ('submitted', 'approve', 'approved'), ('submitted', 'deny', 'denied'),
  ('approved', 'send', 'sent'), ('approved', 'deny', 'denied'), ('sent', 'recall', 'recalled');

CREATE FUNCTION disclosures.kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'kept', DETAIL =
    '{"code": "kept", "detail": "An accounting of disclosures is never changed.", "hint": "Record a notice instead."}';
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON disclosures.accounting FOR EACH ROW EXECUTE FUNCTION disclosures.kept();

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'disclosures' LOOP
    EXECUTE format('ALTER TABLE disclosures.%I OWNER TO brightline_owner', t.tablename);
    EXECUTE format('GRANT ALL ON disclosures.%I TO brightline_line', t.tablename);
    EXECUTE format('ALTER TABLE disclosures.%I ENABLE ROW LEVEL SECURITY', t.tablename);
    EXECUTE format('ALTER TABLE disclosures.%I FORCE ROW LEVEL SECURITY', t.tablename);
  END LOOP;
END $own$;
ALTER FUNCTION disclosures.kept() OWNER TO brightline_owner;
GRANT SELECT ON ALL TABLES IN SCHEMA disclosures TO brightline_reader, brightline_writer;
GRANT INSERT, UPDATE ON disclosures.disclosure, disclosures.notice TO brightline_writer;
GRANT INSERT, DELETE ON disclosures.item TO brightline_writer;
GRANT INSERT ON disclosures.accounting TO brightline_writer;
