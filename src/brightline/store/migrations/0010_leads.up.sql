-- Leads: programmes as configuration, what they bring in, how it is vetted, what is referred. A lead's handling is seen
-- where `line.leads()` says so: at the vetters' and supervisors' desks of its unit, under its own purpose, by overseers.
-- What it says of people (content, identifiers, associates) overseers don't see; a unit that receives a referral sees
-- the package alone.

CREATE TABLE line.lead_ref (
  lead uuid PRIMARY KEY,
  unit text NOT NULL REFERENCES line.unit
);
CREATE INDEX lead_ref_unit ON line.lead_ref (unit);

-- Who works on a lead under a purpose of its own: an entitlement for as long as it is vetted.
CREATE TABLE line.lead_worker (
  lead       uuid NOT NULL REFERENCES line.lead_ref,
  account    uuid NOT NULL REFERENCES line.account,
  valid_from timestamptz NOT NULL DEFAULT clock_timestamp(),
  valid_to   timestamptz,
  PRIMARY KEY (lead, account)
);

-- The purposes of a lead: its own (`L-2026-4711`), and those that stand for another unit in a crossing
-- (`L-2026-4711@unit`), under which nobody works.
CREATE TABLE line.lead_purpose (
  purpose uuid PRIMARY KEY REFERENCES line.purpose,
  lead    uuid NOT NULL REFERENCES line.lead_ref,
  to_unit text REFERENCES line.unit
);
CREATE INDEX lead_purpose_lead ON line.lead_purpose (lead);

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['lead_ref', 'lead_worker', 'lead_purpose'] LOOP
    EXECUTE format('ALTER TABLE line.%I OWNER TO brightline_line', t);
  END LOOP;
END $own$;

CREATE SCHEMA leads AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA leads TO brightline_reader, brightline_writer, brightline_line;

-- A version takes effect at once, or, where it weakens a guard, when overseers have had time to read the notice (rule 47).
CREATE TABLE leads.programme (
  name      text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  version   integer NOT NULL CHECK (version > 0),
  unit      text NOT NULL,
  regime    text NOT NULL CHECK (regime IN ('criminal', 'civil', 'regulatory')),
  authority text NOT NULL,
  source    text NOT NULL,
  config    jsonb NOT NULL CHECK (jsonb_typeof(config) = 'object'),
  weakens   text[] NOT NULL DEFAULT '{}',
  made_by   uuid NOT NULL,
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  effective timestamptz NOT NULL,
  PRIMARY KEY (name, version),
  CHECK (weakens = '{}' OR effective >= made + interval '7 days')
);

CREATE TABLE leads.intake (
  id        uuid PRIMARY KEY,
  programme text NOT NULL,
  version   integer NOT NULL,
  unit      text NOT NULL,
  name      text NOT NULL,
  sha256    text NOT NULL,
  row_count integer NOT NULL,
  rejected  integer NOT NULL,
  account   uuid NOT NULL,
  at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (programme, version) REFERENCES leads.programme
);

CREATE TABLE leads.quarantine (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  intake     uuid NOT NULL REFERENCES leads.intake,
  unit       text NOT NULL,
  row_number integer NOT NULL,
  reasons    jsonb NOT NULL,
  raw        jsonb NOT NULL
);
CREATE INDEX quarantine_intake ON leads.quarantine (intake, row_number);

CREATE TABLE leads.lead (
  id           uuid PRIMARY KEY,
  number       text NOT NULL UNIQUE CHECK (number ~ '^L-\d{4}-\d{4,6}$'),
  programme    text NOT NULL,
  version      integer NOT NULL,
  unit         text NOT NULL,
  regime       text NOT NULL,
  authority    text NOT NULL,
  source       text NOT NULL,
  source_key   text NOT NULL,
  marking      integer NOT NULL,
  title        text NOT NULL CHECK (title <> ''),
  priority     text NOT NULL,
  state        text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'vetting', 'viable', 'checked', 'crossing',
               'referred', 'accepted', 'declined', 'finished', 'closed')),
  received     timestamptz NOT NULL,
  due          timestamptz NOT NULL,
  keep_until   date NOT NULL,
  subject      uuid NOT NULL,
  duplicate_of uuid,
  vetter       uuid,
  viable_by    uuid,
  viable_at    timestamptz,
  viable_reason text,
  match_reason text,
  checked_by   uuid,
  checked_at   timestamptz,
  checked_reason text,
  code         text,
  closed_by    uuid,
  closed       timestamptz,
  close_reason text,
  outcome      text,
  intake       uuid REFERENCES leads.intake,
  promoted_from uuid,
  updated      timestamptz NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (programme, version) REFERENCES leads.programme,
  UNIQUE (programme, source_key),
  CHECK ((state = 'closed') = (code IS NOT NULL)),
  CHECK (state <> 'closed' OR length(btrim(close_reason)) >= 20),
  CHECK (viable_by IS NULL OR length(btrim(viable_reason)) >= 20),
  CHECK (checked_by IS NULL OR (checked_by <> viable_by AND length(btrim(checked_reason)) >= 20)),
  CHECK (state NOT IN ('checked', 'crossing', 'referred', 'accepted', 'declined', 'finished') OR checked_by IS NOT NULL),
  CHECK (keep_until <= (received AT TIME ZONE 'UTC')::date + 731)
);
CREATE INDEX lead_queue ON leads.lead (unit, state, due);
CREATE INDEX lead_subject ON leads.lead (subject);

-- The steps of leads/model.py; a test compares the two.
CREATE TABLE leads.transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO leads.transition (state, act, becomes) VALUES
  ('received', 'take', 'vetting'), ('vetting', 'viable', 'viable'), ('vetting', 'close', 'closed'),
  ('viable', 'confirm', 'checked'), ('viable', 'return', 'vetting'),
  ('checked', 'refer', 'referred'), ('checked', 'ask', 'crossing'), ('checked', 'close', 'closed'),
  ('crossing', 'cross', 'referred'), ('crossing', 'refuse', 'checked'),
  ('referred', 'accept', 'accepted'), ('referred', 'decline', 'declined'), ('referred', 'withdraw', 'checked'),
  ('referred', 'correct', 'closed'), ('accepted', 'correct', 'closed'), ('accepted', 'finish', 'finished'),
  ('finished', 'correct', 'closed'), ('declined', 'refer', 'referred'), ('declined', 'ask', 'crossing'),
  ('declined', 'close', 'closed');

CREATE TABLE leads.referral_transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO leads.referral_transition (state, act, becomes) VALUES
  ('asked', 'send', 'sent'), ('asked', 'refuse', 'refused'), ('sent', 'acknowledge', 'acknowledged'),
  ('sent', 'withdraw', 'withdrawn'), ('acknowledged', 'withdraw', 'withdrawn'), ('accepted', 'withdraw', 'withdrawn'),
  ('acknowledged', 'accept', 'accepted'), ('acknowledged', 'decline', 'declined'), ('accepted', 'outcome', 'finished');

CREATE TABLE leads.content (
  lead       uuid PRIMARY KEY REFERENCES leads.lead,
  schema     text NOT NULL,
  properties jsonb NOT NULL,
  narrative  text NOT NULL DEFAULT ''
);

CREATE TABLE leads.identifier (
  lead  uuid NOT NULL REFERENCES leads.lead,
  type  text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (lead, type, value)
);
CREATE INDEX identifier_value ON leads.identifier (type, value);

-- Each consultation is a line of its own; the latest of a name counts, the former stay.
CREATE TABLE leads.check_entry (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  lead     uuid NOT NULL REFERENCES leads.lead,
  name     text NOT NULL,
  result   text NOT NULL CHECK (result IN ('confirmed', 'refuted', 'nothing', 'inconclusive', 'claim')),
  system   text NOT NULL CHECK (system <> ''),
  finding  text NOT NULL DEFAULT '',
  evidence text NOT NULL DEFAULT '',
  entity   uuid,
  matched  text[] NOT NULL DEFAULT '{}',
  account  uuid NOT NULL,
  at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX check_entry_lead ON leads.check_entry (lead, name, at DESC);

-- Rule 28: a claim of citizenship or status; two people, each with a reason and a status, end it.
CREATE TABLE leads.hold (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  lead          uuid NOT NULL REFERENCES leads.lead,
  claim         text NOT NULL CHECK (claim <> ''),
  opened        timestamptz NOT NULL DEFAULT clock_timestamp(),
  opened_by     uuid NOT NULL,
  status        text CHECK (status IN ('citizen', 'lawful', 'none')),
  first_by      uuid,
  first_at      timestamptz,
  first_reason  text,
  second_by     uuid,
  second_at     timestamptz,
  second_reason text,
  state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'cleared', 'upheld')),
  CHECK (state = 'open' OR (first_by IS NOT NULL AND second_by IS NOT NULL AND first_by <> second_by AND status IS NOT NULL
    AND length(btrim(first_reason)) >= 20 AND length(btrim(second_reason)) >= 20))
);
CREATE UNIQUE INDEX hold_open ON leads.hold (lead) WHERE state = 'open';

-- People around a subject who are not the subject: name and relation, no more, and only while the lead lives.
CREATE TABLE leads.associate (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  lead     uuid NOT NULL REFERENCES leads.lead,
  name     text NOT NULL CHECK (name <> ''),
  relation text NOT NULL,
  expires  timestamptz NOT NULL,
  promoted uuid
);
CREATE INDEX associate_lead ON leads.associate (lead);

CREATE TABLE leads.referral (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number    text NOT NULL UNIQUE CHECK (number ~ '^R-\d{4}-\d{4,6}$'),
  lead      uuid NOT NULL REFERENCES leads.lead,
  from_unit text NOT NULL,
  to_unit   text NOT NULL,
  crossing  uuid,
  fields    text[],
  state     text NOT NULL CHECK (state IN ('asked', 'refused', 'sent', 'acknowledged', 'accepted', 'declined', 'withdrawn', 'finished')),
  package   jsonb NOT NULL,
  due       date NOT NULL,
  sent_by   uuid NOT NULL,
  sent      timestamptz,
  acknowledged_by uuid,
  acknowledged timestamptz,
  answered_by uuid,
  answered  timestamptz,
  answer    text,
  outcome   text,
  outcome_text text,
  finished  timestamptz,
  CHECK (crossing IS NOT NULL OR state NOT IN ('asked', 'refused'))
);
CREATE INDEX referral_to ON leads.referral (to_unit, state);
CREATE INDEX referral_lead ON leads.referral (lead);

-- to_unit NULL: overseers.
CREATE TABLE leads.notice (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind      text NOT NULL CHECK (kind IN ('weakened', 'wrong_person')),
  to_unit   text,
  to_source text,
  text      text NOT NULL,
  details   jsonb NOT NULL DEFAULT '{}',
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  effective timestamptz
);
CREATE INDEX notice_unit ON leads.notice (to_unit, made DESC);

CREATE TABLE leads.event (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  lead         uuid NOT NULL REFERENCES leads.lead,
  at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  account      uuid NOT NULL,
  account_name text NOT NULL,
  what         text NOT NULL,
  details      jsonb NOT NULL DEFAULT '{}',
  entry        uuid NOT NULL
);
CREATE INDEX event_lead ON leads.event (lead, at);

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'leads' LOOP
    EXECUTE format('ALTER TABLE leads.%I OWNER TO brightline_owner', t.tablename);
    EXECUTE format('GRANT ALL ON leads.%I TO brightline_line', t.tablename);
    EXECUTE format('ALTER TABLE leads.%I ENABLE ROW LEVEL SECURITY', t.tablename);
    EXECUTE format('ALTER TABLE leads.%I FORCE ROW LEVEL SECURITY', t.tablename);
  END LOOP;
END $own$;

GRANT SELECT ON ALL TABLES IN SCHEMA leads TO brightline_reader, brightline_writer;
GRANT INSERT ON leads.programme, leads.intake, leads.quarantine, leads.lead, leads.content, leads.identifier, leads.check_entry,
  leads.hold, leads.associate, leads.referral, leads.event TO brightline_writer;
GRANT UPDATE ON leads.lead, leads.hold, leads.associate, leads.referral TO brightline_writer;
