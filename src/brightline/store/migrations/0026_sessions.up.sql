-- Sessions bound to a device, service tokens bound to acts, grants that lapse unless confirmed, and break-glass.

-- device_hash: the SHA-256 of a second secret that the browser keeps; a token without it opens nothing. acts: what the
-- session may do as long as something is missing (a second factor); NULL: everything its account may. recheck_by: a
-- federated session is dead from then on, unless the provider was asked again.
ALTER TABLE line.session
  ADD COLUMN device_hash bytea CHECK (length(device_hash) = 32),
  ADD COLUMN seen timestamptz NOT NULL DEFAULT clock_timestamp(),
  ADD COLUMN idle_minutes integer CHECK (idle_minutes BETWEEN 1 AND 1440),
  ADD COLUMN acts text[],
  ADD COLUMN recheck_by timestamptz,
  ADD COLUMN why_ended text NOT NULL DEFAULT '';

-- origin: 'hand', or 'group:NAME' where a provider's group brought the role. due: the day by which somebody else confirms it.
ALTER TABLE line.role_grant
  ADD COLUMN origin text NOT NULL DEFAULT 'hand',
  ADD COLUMN due timestamptz NOT NULL DEFAULT clock_timestamp() + interval '92 days',
  ADD COLUMN confirmed timestamptz,
  ADD COLUMN confirmed_by uuid REFERENCES line.account,
  ADD CONSTRAINT holder_never_confirms CHECK (confirmed_by IS NULL OR confirmed_by <> account);
CREATE INDEX role_grant_due ON line.role_grant (due) WHERE valid_to IS NULL;

CREATE TABLE line.service_token (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  account    uuid NOT NULL REFERENCES line.account,
  title      text NOT NULL CHECK (length(btrim(title)) BETWEEN 3 AND 200),
  acts       text[] NOT NULL CHECK (cardinality(acts) BETWEEN 1 AND 50),
  purpose    uuid NOT NULL REFERENCES line.purpose,
  made       timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires    timestamptz NOT NULL,
  ended      timestamptz,
  CONSTRAINT a_year_at_most CHECK (expires <= made + interval '366 days')
);
CREATE INDEX service_token_account ON line.service_token (account) WHERE ended IS NULL;

-- Break-glass. case_id is NULL where nothing of that number may be opened: whoever asks can't tell.
CREATE TABLE line.glass (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number     text NOT NULL UNIQUE CHECK (number ~ '^G-\d{4}-\d{6}$'),
  asked_for  text NOT NULL,
  case_id    uuid REFERENCES line.case_ref,
  asker      uuid NOT NULL REFERENCES line.account,
  unit       text NOT NULL REFERENCES line.unit,
  reason     text NOT NULL CHECK (length(btrim(reason)) >= 40),
  asked      timestamptz NOT NULL DEFAULT clock_timestamp(),
  state      text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'open', 'denied', 'ended')),
  decided_by uuid REFERENCES line.account,
  decided    timestamptz,
  words      text NOT NULL DEFAULT '',
  expires    timestamptz,
  ended      timestamptz,
  reviewed_by uuid REFERENCES line.account,
  reviewed   timestamptz,
  review     text NOT NULL DEFAULT '',
  CONSTRAINT two_people CHECK (decided_by IS NULL OR decided_by <> asker),
  CONSTRAINT decided_by_somebody CHECK (state NOT IN ('open', 'denied') OR decided_by IS NOT NULL),
  CONSTRAINT four_hours_at_most CHECK (expires IS NULL OR (decided IS NOT NULL AND expires <= decided + interval '4 hours')),
  CONSTRAINT opens_until CHECK (state <> 'open' OR (expires IS NOT NULL AND case_id IS NOT NULL)),
  CONSTRAINT a_third_person_reviews CHECK (reviewed_by IS NULL OR (reviewed_by <> asker AND reviewed_by <> decided_by AND length(btrim(review)) >= 20))
);
CREATE INDEX glass_asker ON line.glass (asker, case_id) WHERE state = 'open';

-- What an account has to hear that belongs to no case. Each reads its own rows, by line.cases_notices.
CREATE TABLE line.account_notice (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account uuid NOT NULL REFERENCES line.account,
  kind    text NOT NULL CHECK (kind IN ('session', 'role', 'glass', 'factor')),
  what    text NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  read    timestamptz
);
CREATE INDEX account_notice_account ON line.account_notice (account, at);

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['service_token', 'glass', 'account_notice'] LOOP
    EXECUTE format('ALTER TABLE line.%I OWNER TO brightline_line', t);
    EXECUTE format('REVOKE ALL ON line.%I FROM PUBLIC', t);
  END LOOP;
END $own$;

-- Former shapes of functions that the installation writes anew.
DROP FUNCTION IF EXISTS line.session_open(text, bytea, text);
DROP FUNCTION IF EXISTS line.session_account(text);
