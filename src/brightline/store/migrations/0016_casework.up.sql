-- The work on a case: tasks, reports of investigation, evidence with its custody, hours, relations, notices, and the
-- clearances that a court's order gives to a case's purpose. The tables of steps repeat cases/work.py; a test compares.

CREATE TABLE cases.task (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id   uuid NOT NULL REFERENCES cases.case_file,
  title     text NOT NULL CHECK (length(btrim(title)) BETWEEN 3 AND 300),
  detail    text NOT NULL DEFAULT '',
  assignee  uuid,
  unit      text,
  due       date,
  state     text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'dropped')),
  result    text NOT NULL DEFAULT '',
  made_by   uuid NOT NULL,
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_by  uuid,
  ended     timestamptz,
  CHECK ((assignee IS NULL) <> (unit IS NULL)),
  CHECK ((state = 'open') = (ended IS NULL)),
  CHECK (state = 'open' OR btrim(result) <> '')
);
CREATE INDEX task_case ON cases.task (case_id, state);

-- What a case of a category begins with; 'any' is for those without a list of their own.
CREATE TABLE cases.task_template (
  category text NOT NULL,
  place    integer NOT NULL,
  title    text NOT NULL,
  days     integer NOT NULL CHECK (days BETWEEN 0 AND 1000),
  PRIMARY KEY (category, place)
);
INSERT INTO cases.task_template (category, place, title, days) VALUES
  ('any', 1, 'Check the predicate against its document', 7),
  ('any', 2, 'Deconflict every number, account and address', 7),
  ('any', 3, 'Write the opening report', 14),
  ('fraud', 1, 'Check the predicate against its document', 7),
  ('fraud', 2, 'Deconflict every number, account and address', 7),
  ('fraud', 3, 'Chart the payments between the parties', 21),
  ('fraud', 4, 'Write the opening report', 14),
  ('smuggling', 1, 'Check the predicate against its document', 7),
  ('smuggling', 2, 'Deconflict craft, plates and numbers', 3),
  ('smuggling', 3, 'Compare landings with movements at the gates', 14),
  ('smuggling', 4, 'Write the opening report', 14),
  ('deductions', 1, 'Check the predicate against its document', 7),
  ('deductions', 2, 'Compare wage lines with the legal minimum', 14),
  ('deductions', 3, 'Hear the workers named in the complaint', 30),
  ('deductions', 4, 'Write the opening report', 14);

CREATE TABLE cases.report (
  id        uuid PRIMARY KEY,
  case_id   uuid NOT NULL REFERENCES cases.case_file,
  number    integer NOT NULL CHECK (number > 0),
  step      text NOT NULL CHECK (step IN ('opening', 'continuing', 'closing', 'information')),
  title     text NOT NULL CHECK (length(btrim(title)) BETWEEN 3 AND 300),
  state     text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'in_review', 'returned', 'approved')),
  corrects  uuid REFERENCES cases.report,
  author    uuid NOT NULL,
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  submitted timestamptz,
  decided_by uuid,
  decided   timestamptz,
  reason    text NOT NULL DEFAULT '',
  UNIQUE (case_id, number),
  CONSTRAINT author_never_decides CHECK (decided_by IS NULL OR decided_by <> author),
  CONSTRAINT decided_by_somebody CHECK (state NOT IN ('approved', 'returned') OR decided_by IS NOT NULL)
);

CREATE TABLE cases.report_transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO cases.report_transition (state, act, becomes) VALUES
  ('draft', 'submit', 'in_review'), ('returned', 'submit', 'in_review'),
  ('in_review', 'approve', 'approved'), ('in_review', 'return', 'returned');

-- The words of a report. They are content: read under the case's own purposes only, by nobody's desk.
CREATE TABLE cases.passage (
  report      uuid NOT NULL REFERENCES cases.report,
  case_id     uuid NOT NULL REFERENCES cases.case_file,
  place       integer NOT NULL CHECK (place BETWEEN 1 AND 200),
  kind        text NOT NULL CHECK (kind IN ('fact', 'assessment')),
  text        text NOT NULL CHECK (btrim(text) <> ''),
  basis       text NOT NULL DEFAULT '',
  reliability text NOT NULL CHECK (reliability ~ '^[A-F]$'),
  credibility integer NOT NULL CHECK (credibility BETWEEN 1 AND 6),
  subjects    uuid[] NOT NULL DEFAULT '{}',
  evidence    uuid[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (report, place),
  CHECK (kind <> 'fact' OR btrim(basis) <> '')
);

-- What is approved is locked, whoever tries; a correction is a further report.
CREATE FUNCTION cases.locked() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
  IF TG_TABLE_NAME = 'report' THEN
    standing := OLD.state;
    IF OLD.state <> 'approved' AND TG_OP = 'UPDATE' AND (NEW.author <> OLD.author OR NEW.number <> OLD.number
        OR NEW.case_id <> OLD.case_id) THEN standing := 'approved'; END IF;
    IF TG_OP = 'DELETE' THEN standing := 'approved'; END IF;
  ELSE
    SELECT r.state INTO standing FROM cases.report r WHERE r.id = COALESCE(NEW.report, OLD.report);
    IF standing = 'in_review' THEN standing := 'approved'; END IF;
  END IF;
  IF standing = 'approved' THEN
    RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'locked', DETAIL =
      '{"code": "locked", "detail": "This report can''t be changed any more.", "hint": "Write a further report that corrects it."}';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER locked BEFORE UPDATE OR DELETE ON cases.report FOR EACH ROW EXECUTE FUNCTION cases.locked();
CREATE TRIGGER locked BEFORE INSERT OR UPDATE OR DELETE ON cases.passage FOR EACH ROW EXECUTE FUNCTION cases.locked();

CREATE TABLE cases.evidence (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id     uuid NOT NULL REFERENCES cases.case_file,
  number      integer NOT NULL CHECK (number > 0),
  title       text NOT NULL CHECK (length(btrim(title)) BETWEEN 3 AND 300),
  description text NOT NULL DEFAULT '',
  sha256      bytea CHECK (length(sha256) = 32),
  document    uuid REFERENCES cases.document,
  barcode     text CHECK (barcode ~ '^[A-Za-z0-9./-]{1,60}$'),
  place       text NOT NULL,
  custodian   uuid,
  state       text NOT NULL CHECK (state IN ('seized', 'stored', 'transferred', 'returned', 'forfeited', 'destroyed')),
  offered_to  uuid,
  links       integer NOT NULL DEFAULT 0,
  made_by     uuid NOT NULL,
  made        timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (case_id, number)
);
CREATE UNIQUE INDEX evidence_barcode ON cases.evidence (case_id, barcode) WHERE barcode IS NOT NULL;

CREATE TABLE cases.evidence_transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO cases.evidence_transition (state, act, becomes) VALUES
  ('seized', 'store', 'stored'), ('transferred', 'store', 'stored'), ('stored', 'store', 'stored'),
  ('seized', 'offer', 'seized'), ('stored', 'offer', 'stored'), ('transferred', 'offer', 'transferred'),
  ('seized', 'accept', 'transferred'), ('stored', 'accept', 'transferred'), ('transferred', 'accept', 'transferred'),
  ('seized', 'decline', 'seized'), ('stored', 'decline', 'stored'), ('transferred', 'decline', 'transferred'),
  ('seized', 'return', 'returned'), ('stored', 'return', 'returned'), ('transferred', 'return', 'returned'),
  ('seized', 'forfeit', 'forfeited'), ('stored', 'forfeit', 'forfeited'), ('transferred', 'forfeit', 'forfeited'),
  ('seized', 'destroy', 'destroyed'), ('stored', 'destroy', 'destroyed'), ('transferred', 'destroy', 'destroyed');

-- The chain of custody: rows are added, never changed. `seal` binds each link to all before it.
CREATE TABLE cases.custody (
  evidence uuid NOT NULL REFERENCES cases.evidence,
  case_id  uuid NOT NULL REFERENCES cases.case_file,
  place_in_chain integer NOT NULL CHECK (place_in_chain > 0),
  act      text NOT NULL CHECK (act IN ('seize', 'store', 'offer', 'accept', 'decline', 'return', 'forfeit', 'destroy')),
  giver    uuid,
  taker    uuid,
  place    text NOT NULL,
  reason   text NOT NULL DEFAULT '',
  account  uuid NOT NULL,
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry    uuid NOT NULL,
  seal     bytea NOT NULL CHECK (length(seal) = 32),
  PRIMARY KEY (evidence, place_in_chain),
  CONSTRAINT two_people CHECK (act NOT IN ('offer', 'accept', 'decline') OR (giver IS NOT NULL AND taker IS NOT NULL AND giver <> taker)),
  CONSTRAINT giver_offers CHECK (act <> 'offer' OR account = giver),
  CONSTRAINT taker_accepts CHECK (act <> 'accept' OR account = taker)
);

CREATE FUNCTION cases.append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'append_only', DETAIL =
    '{"code": "append_only", "detail": "The chain of custody is only added to.", "hint": "Add a further link that says what was wrong."}';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases.custody FOR EACH ROW EXECUTE FUNCTION cases.append_only();

CREATE TABLE cases.hours (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id  uuid NOT NULL REFERENCES cases.case_file,
  account  uuid NOT NULL,
  day      date NOT NULL,
  activity text NOT NULL CHECK (activity IN ('investigation', 'records', 'interview', 'surveillance', 'court', 'travel', 'writing', 'other')),
  minutes  integer NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
  note     text NOT NULL DEFAULT '',
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  voided   timestamptz,
  why_void text NOT NULL DEFAULT ''
);
CREATE INDEX hours_case ON cases.hours (case_id, day);
CREATE INDEX hours_account ON cases.hours (account, day);

CREATE TABLE cases.relation (
  case_id uuid NOT NULL REFERENCES cases.case_file,
  other   uuid NOT NULL REFERENCES cases.case_file,
  kind    text NOT NULL CHECK (kind IN ('parent', 'child', 'related')),
  reason  text NOT NULL CHECK (btrim(reason) <> ''),
  account uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (case_id, other),
  CHECK (case_id <> other)
);

-- Checks for deconfliction, counted by inquiry; what was asked stands in the ledger alone.
CREATE TABLE cases.checked (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id uuid NOT NULL REFERENCES cases.case_file,
  inquiry uuid NOT NULL,
  account uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX checked_inquiry ON cases.checked (inquiry);

-- What somebody has to hear. Nobody reads this table but by line.cases_notices, each account its own rows.
CREATE TABLE cases.notice (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account uuid NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('task', 'report', 'custody', 'clearance', 'deconfliction')),
  what    text NOT NULL,
  case_id uuid NOT NULL REFERENCES cases.case_file,
  object  uuid,
  detail  jsonb NOT NULL DEFAULT '{}',
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  read    timestamptz
);
CREATE INDEX notice_account ON cases.notice (account, at);

-- A clearance opens one caveat to one case's purposes, by a court's order or a form, until a day.
CREATE TABLE line.clearance (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  case_id    uuid NOT NULL REFERENCES line.case_ref,
  caveat     text NOT NULL,
  orders     text NOT NULL CHECK (length(btrim(orders)) >= 20),
  expires    date NOT NULL,
  state      text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'approved', 'denied', 'revoked')),
  asked_by   uuid NOT NULL REFERENCES line.account,
  asked      timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_by uuid REFERENCES line.account,
  decided    timestamptz,
  reason     text NOT NULL DEFAULT '',
  CONSTRAINT asker_never_decides CHECK (decided_by IS NULL OR decided_by <> asked_by),
  CONSTRAINT decided_by_somebody CHECK (state NOT IN ('approved', 'denied') OR decided_by IS NOT NULL),
  CONSTRAINT a_year_at_most CHECK (expires <= (asked AT TIME ZONE 'UTC')::date + 366)
);
CREATE INDEX clearance_case ON line.clearance (case_id, state);
CREATE UNIQUE INDEX clearance_one ON line.clearance (case_id, caveat) WHERE state IN ('asked');
ALTER TABLE line.clearance OWNER TO brightline_line;

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['task', 'task_template', 'report', 'report_transition', 'passage', 'evidence', 'evidence_transition',
      'custody', 'hours', 'relation', 'checked', 'notice'] LOOP
    EXECUTE format('ALTER TABLE cases.%I OWNER TO brightline_owner', t);
    EXECUTE format('GRANT ALL ON cases.%I TO brightline_line', t);
    EXECUTE format('ALTER TABLE cases.%I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE cases.%I FORCE ROW LEVEL SECURITY', t);
  END LOOP;
END $own$;
ALTER FUNCTION cases.locked() OWNER TO brightline_owner;
ALTER FUNCTION cases.append_only() OWNER TO brightline_owner;

GRANT SELECT ON cases.task, cases.task_template, cases.report, cases.report_transition, cases.passage, cases.evidence,
  cases.evidence_transition, cases.custody, cases.hours, cases.relation, cases.checked TO brightline_reader, brightline_writer;
GRANT INSERT, UPDATE ON cases.task, cases.report, cases.evidence, cases.hours TO brightline_writer;
GRANT INSERT, DELETE ON cases.passage TO brightline_writer;
GRANT INSERT ON cases.custody, cases.checked, cases.relation TO brightline_writer;
