-- The core: schema line (who may do what, under which purpose) and schema content (what is known).
-- Roles exist before this runs (store/roles.py). Every table's owner is named, so that nothing depends on who migrates.

-- Extensions live in a schema of their own, so that no search path needs schema public.
CREATE SCHEMA IF NOT EXISTS ext;
DO $ext$
DECLARE e text;
BEGIN
  FOREACH e IN ARRAY ARRAY['pg_trgm', 'fuzzystrmatch', 'btree_gin'] LOOP
    EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA ext', e);
    EXECUTE format('ALTER EXTENSION %I SET SCHEMA ext', e);
  END LOOP;
END $ext$;
GRANT USAGE ON SCHEMA ext TO brightline_line, brightline_reader, brightline_writer, brightline_owner;

CREATE SCHEMA IF NOT EXISTS line AUTHORIZATION brightline_line;
CREATE SCHEMA IF NOT EXISTS content AUTHORIZATION brightline_owner;
CREATE SCHEMA IF NOT EXISTS "inner" AUTHORIZATION brightline_owner;
CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION brightline_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA line TO brightline_reader, brightline_writer, brightline_policy, brightline_login,
  brightline_sequencer, brightline_feed;
GRANT USAGE ON SCHEMA content TO brightline_reader, brightline_writer, brightline_line;
GRANT USAGE, CREATE ON SCHEMA "inner", app TO brightline_reader, brightline_writer;
GRANT USAGE ON SCHEMA app TO brightline_app, brightline_worker;

-- ---------------------------------------------------------------- schema line

CREATE TABLE line.state (
  one           boolean PRIMARY KEY DEFAULT true CHECK (one),
  installation  uuid NOT NULL DEFAULT gen_random_uuid(),
  epoch         bigint NOT NULL DEFAULT 1,
  pass_seconds  integer NOT NULL DEFAULT 5 CHECK (pass_seconds BETWEEN 1 AND 60),
  session_hours integer NOT NULL DEFAULT 12 CHECK (session_hours BETWEEN 1 AND 24),
  rulebook      jsonb NOT NULL DEFAULT '{}',
  rulebook_hash bytea
);
INSERT INTO line.state DEFAULT VALUES;

-- The secrets that sign passes and make pseudonyms: readable by schema line's own functions only.
CREATE TABLE line.secret (
  name  text PRIMARY KEY,
  value bytea NOT NULL
);
INSERT INTO line.secret
SELECT n, sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))
FROM unnest(ARRAY['pass', 'pseudonym', 'challenge']) AS n;

CREATE TABLE line.setup (
  code_hash bytea PRIMARY KEY,
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires   timestamptz NOT NULL,
  used      timestamptz
);

CREATE TABLE line.unit (
  name   text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  title  text NOT NULL CHECK (title <> ''),
  parent text REFERENCES line.unit,
  regime text CHECK (regime IN ('criminal', 'civil', 'regulatory', 'oversight')),
  contact text NOT NULL DEFAULT '',
  state  text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'closed')),
  made   timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE line.authority (
  code          text PRIMARY KEY CHECK (code ~ '^[a-z0-9][a-z0-9.-]{0,62}$'),
  title         text NOT NULL CHECK (title <> ''),
  regime        text NOT NULL CHECK (regime IN ('criminal', 'civil', 'regulatory', 'oversight')),
  statute       text NOT NULL CHECK (statute <> ''),
  processes     text[] NOT NULL DEFAULT '{}',
  approver_role text NOT NULL DEFAULT 'supervisor',
  valid_from    date NOT NULL DEFAULT CURRENT_DATE,
  valid_to      date,
  made          timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
);

CREATE TABLE line.account (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name     text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  title    text NOT NULL DEFAULT '',
  state    text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'disabled')),
  verifier bytea NOT NULL,
  kdf      jsonb NOT NULL,
  must_change boolean NOT NULL DEFAULT false,
  supervisor uuid REFERENCES line.account,
  made     timestamptz NOT NULL DEFAULT clock_timestamp(),
  disabled timestamptz
);

-- By name, known or not: a locked name says nothing about whether the account exists.
CREATE TABLE line.login_attempt (
  name_hash    bytea PRIMARY KEY,
  failed       integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  last         timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE line.role_grant (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account    uuid NOT NULL REFERENCES line.account,
  unit       text NOT NULL REFERENCES line.unit,
  role       text NOT NULL CHECK (role IN
             ('agent', 'analyst', 'supervisor', 'steward', 'vetter', 'approver', 'overseer', 'admin')),
  valid_from timestamptz NOT NULL DEFAULT clock_timestamp(),
  valid_to   timestamptz
);
CREATE UNIQUE INDEX role_grant_live ON line.role_grant (account, unit, role) WHERE valid_to IS NULL;

CREATE TABLE line.session (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  token_hash bytea NOT NULL UNIQUE,
  account    uuid NOT NULL REFERENCES line.account,
  opened     timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires    timestamptz NOT NULL,
  ended      timestamptz,
  client     text NOT NULL DEFAULT ''
);
CREATE INDEX session_account ON line.session (account) WHERE ended IS NULL;

CREATE TABLE line.source (
  name           text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,40}$'),
  title          text NOT NULL CHECK (title <> ''),
  publisher      text NOT NULL DEFAULT '',
  reliability    text NOT NULL DEFAULT 'F' CHECK (reliability ~ '^[A-F]$'),
  authority      text NOT NULL REFERENCES line.authority,
  custodian_unit text REFERENCES line.unit,
  state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'closed')),
  made           timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What is born in a case names this source, with the case's own authority in its marking.
INSERT INTO line.authority (code, title, regime, statute, approver_role, valid_from)
  VALUES ('case-born', 'Born in a case', 'oversight', 'The authority of the case itself', 'none', '2000-01-01');
INSERT INTO line.source (name, title, publisher, reliability, authority)
  VALUES ('case', 'Case file', 'This installation', 'F', 'case-born');

CREATE TABLE line.agreement (
  id             text PRIMARY KEY CHECK (id <> ''),
  source         text NOT NULL REFERENCES line.source,
  regimes        text[] NOT NULL CHECK (regimes <@ ARRAY['criminal', 'civil', 'regulatory']),
  units          text[] NOT NULL DEFAULT '{}',
  pointer_tier   integer NOT NULL DEFAULT 0 CHECK (pointer_tier BETWEEN 0 AND 3),
  valid_from     date NOT NULL DEFAULT CURRENT_DATE,
  expires        date NOT NULL,
  redistribution text NOT NULL DEFAULT 'none',
  sole_basis     boolean NOT NULL DEFAULT false,
  document       text NOT NULL DEFAULT '',
  state          text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'ended')),
  made           timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX agreement_source ON line.agreement (source);

CREATE TABLE line.assessment (
  id       text NOT NULL CHECK (id <> ''),
  source   text NOT NULL REFERENCES line.source,
  approved date NOT NULL,
  expires  date NOT NULL,
  PRIMARY KEY (source, id)
);

-- What may be done with a datum, interned to a small integer. `scoped`: the search keys of such rows carry
-- the marking, so that a hidden word costs what an absent one costs.
CREATE TABLE line.marking (
  id        integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  origins   jsonb NOT NULL CHECK (jsonb_typeof(origins) = 'array' AND jsonb_array_length(origins) > 0),
  category  text NOT NULL DEFAULT 'other' CHECK (category IN
            ('suspect', 'convicted', 'victim', 'witness', 'associate', 'other', 'uncategorised')),
  caveats   text[] NOT NULL DEFAULT '{}',
  retention text NOT NULL DEFAULT '',
  scoped    boolean GENERATED ALWAYS AS
            (caveats && ARRAY['sealed', 'covert', 'protected', 'oversight']) STORED,
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (origins, category, caveats, retention)
);

CREATE TABLE line.case_ref (
  case_id    uuid PRIMARY KEY,
  unit       text NOT NULL REFERENCES line.unit,
  supervisor uuid REFERENCES line.account,
  restricted boolean NOT NULL DEFAULT false
);

CREATE TABLE line.case_member (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id    uuid NOT NULL REFERENCES line.case_ref,
  account    uuid NOT NULL REFERENCES line.account,
  capacity   text NOT NULL CHECK (capacity IN ('lead', 'member', 'supervisor')),
  valid_from timestamptz NOT NULL DEFAULT clock_timestamp(),
  valid_to   timestamptz
);
CREATE UNIQUE INDEX case_member_live ON line.case_member (case_id, account) WHERE valid_to IS NULL;
CREATE INDEX case_member_account ON line.case_member (account) WHERE valid_to IS NULL;

CREATE TABLE line.purpose (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  key        text NOT NULL UNIQUE,
  kind       text NOT NULL CHECK (kind IN ('case', 'lead', 'desk', 'oversight')),
  case_id    uuid REFERENCES line.case_ref,
  unit       text NOT NULL REFERENCES line.unit,
  role       text,
  authority  text NOT NULL REFERENCES line.authority,
  title      text NOT NULL DEFAULT '',
  clearances text[] NOT NULL DEFAULT '{}',
  state      text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'readonly', 'closed')),
  expires    timestamptz,
  made       timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((kind = 'case') = (case_id IS NOT NULL)),
  CHECK (kind NOT IN ('desk', 'oversight') OR role IS NOT NULL)
);
CREATE INDEX purpose_case ON line.purpose (case_id);

CREATE TABLE line.inquiry (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account uuid NOT NULL REFERENCES line.account,
  purpose uuid NOT NULL REFERENCES line.purpose,
  reason  text NOT NULL,
  folded  text NOT NULL,
  opened  timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended   timestamptz,
  acts    integer NOT NULL DEFAULT 0
);
CREATE INDEX inquiry_account ON line.inquiry (account, opened DESC);

CREATE TABLE line.visible_set (
  purpose     uuid PRIMARY KEY REFERENCES line.purpose ON DELETE CASCADE,
  epoch       bigint NOT NULL,
  valid_until timestamptz,
  compiled    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE line.visible_marking (
  purpose uuid NOT NULL REFERENCES line.visible_set ON DELETE CASCADE,
  marking integer NOT NULL REFERENCES line.marking,
  rule    text NOT NULL,
  why     text NOT NULL,
  PRIMARY KEY (purpose, marking)
);
-- What may be told of what is withheld: compiled beside the visible set, tier 1–3 only.
CREATE TABLE line.pointer_marking (
  purpose   uuid NOT NULL REFERENCES line.visible_set ON DELETE CASCADE,
  marking   integer NOT NULL REFERENCES line.marking,
  tier      integer NOT NULL CHECK (tier BETWEEN 1 AND 3),
  regime    text NOT NULL,
  custodian text NOT NULL DEFAULT '',
  PRIMARY KEY (purpose, marking)
);

CREATE TABLE line.compartment (
  id    uuid PRIMARY KEY,
  kind  text NOT NULL CHECK (kind IN ('case', 'crossing')),
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'shut')),
  made  timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE line.compartment_open (
  compartment uuid NOT NULL REFERENCES line.compartment,
  purpose     uuid NOT NULL REFERENCES line.purpose,
  expires     timestamptz,
  PRIMARY KEY (purpose, compartment)
);

-- A standing order lets the worker act without a person's session; it dies with its account, purpose or itself.
CREATE TABLE line.standing_order (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account uuid NOT NULL REFERENCES line.account,
  purpose uuid NOT NULL REFERENCES line.purpose,
  acts    text[] NOT NULL,
  made    timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires timestamptz NOT NULL,
  ended   timestamptz
);

CREATE TYPE line.context AS (
  entry uuid, account uuid, account_name text, unit text, purpose uuid, purpose_key text, kind text,
  regime text, authority text, case_id uuid, inquiry uuid, roles text[], at timestamptz,
  name text, act text, call text, params jsonb, leaf bytea
);

-- --------------------------------------------------------------- schema content

CREATE TABLE content.record (
  id          uuid NOT NULL PRIMARY KEY,
  source      text NOT NULL,
  source_key  text NOT NULL,
  version     integer NOT NULL CHECK (version > 0),
  run         uuid,
  hash        bytea NOT NULL,
  payload     jsonb NOT NULL,
  marking     integer NOT NULL,
  compartment uuid,
  current     boolean NOT NULL DEFAULT true,
  gone        boolean NOT NULL DEFAULT false,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (source, source_key, version)
);
CREATE UNIQUE INDEX record_current ON content.record (source, source_key) WHERE current;
CREATE INDEX record_run ON content.record (run);

CREATE TABLE content.aspect (
  id          uuid NOT NULL,
  record      uuid NOT NULL,
  source      text NOT NULL,
  entity      uuid NOT NULL,
  cluster     uuid NOT NULL,
  marking     integer NOT NULL,
  compartment uuid,
  schema      text NOT NULL,
  caption     text NOT NULL DEFAULT '',
  properties  jsonb NOT NULL DEFAULT '{}',
  original    jsonb NOT NULL DEFAULT '{}',
  keys        text[] NOT NULL DEFAULT '{}',
  text        tsvector NOT NULL DEFAULT '',
  places      jsonb NOT NULL DEFAULT '[]',
  first       date,
  last        date,
  run         uuid,
  PRIMARY KEY (entity, id)
);

CREATE TABLE content.link (
  id          uuid NOT NULL,
  src         uuid NOT NULL,
  dst         uuid NOT NULL,
  kind        text NOT NULL,
  forward     boolean NOT NULL,
  aspect      uuid NOT NULL,
  record      uuid NOT NULL,
  source      text NOT NULL,
  marking     integer NOT NULL,
  compartment uuid,
  from_date   date,
  to_date     date,
  weight      real NOT NULL DEFAULT 1,
  PRIMARY KEY (src, id, forward)
);

CREATE TABLE content.token (
  token text PRIMARY KEY
);

CREATE TABLE content.judgement (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  "left"   uuid NOT NULL,
  "right"  uuid NOT NULL,
  verdict  text NOT NULL CHECK (verdict IN ('same', 'different', 'unsure')),
  evidence text NOT NULL DEFAULT '',
  score    real,
  account  uuid NOT NULL,
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  marking  integer NOT NULL,
  compartment uuid
);

CREATE TABLE content.event (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  object_kind text NOT NULL,
  object_id   uuid NOT NULL,
  case_id     uuid,
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  account     uuid NOT NULL,
  account_name text NOT NULL,
  what        text NOT NULL,
  old         jsonb,
  new         jsonb,
  entry       uuid NOT NULL
);
CREATE INDEX event_object ON content.event (object_id, at);
CREATE INDEX event_case ON content.event (case_id, at);

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'line' LOOP
    EXECUTE format('ALTER TABLE line.%I OWNER TO brightline_line', t.tablename);
  END LOOP;
  FOR t IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'content' LOOP
    EXECUTE format('ALTER TABLE content.%I OWNER TO brightline_owner', t.tablename);
    EXECUTE format('GRANT ALL ON content.%I TO brightline_line', t.tablename);
    EXECUTE format('ALTER TABLE content.%I ENABLE ROW LEVEL SECURITY', t.tablename);
    EXECUTE format('ALTER TABLE content.%I FORCE ROW LEVEL SECURITY', t.tablename);
  END LOOP;
END $own$;
ALTER TYPE line.context OWNER TO brightline_line;
REVOKE ALL ON TYPE line.context FROM PUBLIC;
GRANT USAGE ON TYPE line.context TO brightline_reader, brightline_writer, brightline_line, brightline_owner;

GRANT SELECT ON content.record, content.aspect, content.link, content.judgement, content.event
  TO brightline_reader, brightline_writer;
GRANT SELECT ON content.token TO brightline_reader;
GRANT INSERT, UPDATE, DELETE ON content.record, content.aspect, content.link TO brightline_writer;
GRANT INSERT ON content.judgement, content.event TO brightline_writer;
