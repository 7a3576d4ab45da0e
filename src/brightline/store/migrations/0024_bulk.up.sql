-- Bulk runs (rule 41): a list of people, or a search by attributes alone, above the rulebook's threshold. A request says
-- who and why; its error rate is measured on a random sample that a person judges; somebody else approves; its hits
-- expire unless a person judges each. Written by schema line's own functions alone.

CREATE SCHEMA bulk AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA bulk TO brightline_line, brightline_reader, brightline_writer;

CREATE TABLE bulk.request (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number     text NOT NULL UNIQUE CHECK (number ~ '^B-\d{4}-\d{6}$'),
  state      text NOT NULL DEFAULT 'requested' CHECK (state IN
             ('requested', 'sampled', 'measured', 'approved', 'denied', 'withdrawn', 'running', 'done')),
  kind       text NOT NULL CHECK (kind IN ('list', 'attributes')),
  account    uuid NOT NULL,
  purpose    uuid NOT NULL,
  case_id    uuid NOT NULL,
  unit       text NOT NULL,
  population text NOT NULL CHECK (length(btrim(population)) >= 20),
  aim        text NOT NULL CHECK (length(btrim(aim)) >= 40),
  expected   integer NOT NULL CHECK (expected > 0),
  size       integer NOT NULL CHECK (size > 0),
  fuzzy      integer NOT NULL CHECK (fuzzy IN (0, 1)),
  filters    jsonb NOT NULL DEFAULT '{}',
  digest     bytea NOT NULL,
  earlier    integer NOT NULL,
  threshold  integer NOT NULL,
  seed       bytea CHECK (length(seed) = 32),
  sample     integer,
  sample_hits integer,
  confirmed  integer,
  wrong      integer,
  unsure     integer,
  error_rate numeric,
  error_high numeric,
  decider    uuid,
  decided    timestamptz,
  decision   text,
  run_by     timestamptz,
  searched   integer NOT NULL DEFAULT 0,
  found      integer NOT NULL DEFAULT 0,
  made       timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed    timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (decider IS DISTINCT FROM account)
);
CREATE INDEX request_case ON bulk.request (case_id, made DESC);
CREATE INDEX request_purpose ON bulk.request (purpose, digest);

CREATE TABLE bulk.line (
  request  uuid NOT NULL REFERENCES bulk.request,
  place    integer NOT NULL CHECK (place > 0),
  q        text NOT NULL,
  born     text CHECK (born ~ '^\d{4}(-\d{2}){0,2}$'),
  words    jsonb NOT NULL,
  sampled  boolean NOT NULL DEFAULT false,
  searched boolean NOT NULL DEFAULT false,
  PRIMARY KEY (request, place)
);

-- Ids alone: what a hit shows is read under the line by whoever looks. `verdict` is the newest judgement's.
CREATE TABLE bulk.hit (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  request uuid NOT NULL REFERENCES bulk.request,
  place   integer NOT NULL,
  entity  uuid NOT NULL,
  members uuid[] NOT NULL,
  score   numeric NOT NULL,
  matched text[] NOT NULL,
  sampled boolean NOT NULL,
  found   timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires timestamptz NOT NULL,
  verdict text CHECK (verdict IN ('confirmed', 'wrong', 'unsure')),
  strong  boolean NOT NULL DEFAULT false,
  UNIQUE (request, place, entity)
);
CREATE INDEX hit_members ON bulk.hit USING gin (members);

-- Never overwritten: who said what, on which grounds.
CREATE TABLE bulk.verdict (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  hit      uuid NOT NULL REFERENCES bulk.hit,
  verdict  text NOT NULL CHECK (verdict IN ('confirmed', 'wrong', 'unsure')),
  compared text[] NOT NULL,
  reason   text NOT NULL CHECK (length(btrim(reason)) >= 10),
  account  uuid NOT NULL,
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry    uuid NOT NULL,
  CHECK (verdict <> 'confirmed' OR cardinality(compared) > 0)
);
CREATE INDEX verdict_hit ON bulk.verdict (hit, at DESC);

-- Whom an account looked up in lists, or was shown by attributes alone, within a day: as keyed hashes, and no longer
-- than that day. It makes a list that was cut into pieces one list again.
CREATE TABLE bulk.asked (
  account uuid NOT NULL,
  purpose uuid NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('list', 'attributes')),
  what    bytea NOT NULL CHECK (length(what) = 32),
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account, purpose, kind, what)
);

-- The steps of search/bulk.py; a test compares the two.
CREATE TABLE bulk.transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO bulk.transition (state, act, becomes) VALUES
  ('requested', 'sample', 'sampled'), ('requested', 'withdraw', 'withdrawn'),
  ('sampled', 'measure', 'measured'), ('sampled', 'withdraw', 'withdrawn'),
  ('measured', 'approve', 'approved'), ('measured', 'deny', 'denied'), ('measured', 'withdraw', 'withdrawn'),
  ('approved', 'run', 'running'), ('approved', 'withdraw', 'withdrawn'),
  ('running', 'run', 'running'), ('running', 'finish', 'done');

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'bulk' LOOP
    EXECUTE format('ALTER TABLE bulk.%I OWNER TO brightline_line', t.tablename);
    EXECUTE format('REVOKE ALL ON bulk.%I FROM PUBLIC', t.tablename);
    EXECUTE format('ALTER TABLE bulk.%I ENABLE ROW LEVEL SECURITY', t.tablename);
  END LOOP;
END $own$;
GRANT SELECT ON bulk.request, bulk.line, bulk.hit, bulk.verdict, bulk.transition TO brightline_reader, brightline_writer;
