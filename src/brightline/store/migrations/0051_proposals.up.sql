-- What opens, widens or ends what others see, and what gives powers, is proposed by one and decided by another.
CREATE TABLE line.proposal (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number     text NOT NULL UNIQUE CHECK (number ~ '^PR-\d{4}-\d{6}$'),
  kind       text NOT NULL CHECK (kind IN ('authority_add', 'authority_extend', 'authority_end', 'source_add', 'source_renew',
             'agreement_extend', 'agreement_end', 'power', 'group')),
  about      text NOT NULL CHECK (about <> ''),
  subject    uuid REFERENCES line.account,
  unit       text REFERENCES line.unit,
  regimes    text[] NOT NULL DEFAULT '{}',
  terms      jsonb NOT NULL CHECK (jsonb_typeof(terms) = 'object'),
  author     uuid NOT NULL REFERENCES line.account,
  author_unit text NOT NULL,
  reason     text NOT NULL DEFAULT '',
  proposed   timestamptz NOT NULL DEFAULT clock_timestamp(),
  state      text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'notice', 'in_force', 'refused', 'withdrawn', 'lapsed')),
  effective  timestamptz,
  decided_by uuid REFERENCES line.account,
  decided    timestamptz,
  decision   text NOT NULL DEFAULT '',
  began      timestamptz,
  ended      timestamptz,
  CONSTRAINT four_eyes CHECK (decided_by IS NULL OR decided_by <> author AND decided_by IS DISTINCT FROM subject),
  CONSTRAINT decided CHECK (state NOT IN ('notice', 'in_force', 'refused') OR decided_by IS NOT NULL),
  CONSTRAINT notice CHECK (state <> 'notice' OR effective IS NOT NULL)
);
CREATE INDEX proposal_due ON line.proposal (effective) WHERE state = 'notice';
-- One that waits for the same thing is enough, also of several who ask at once.
CREATE UNIQUE INDEX proposal_waits ON line.proposal (kind, about) WHERE state IN ('proposed', 'notice');

-- The steps of accounts/model.py; a test compares the two.
CREATE TABLE line.proposal_transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO line.proposal_transition (state, act, becomes) VALUES
  ('proposed', 'accept', 'in_force'), ('proposed', 'accept_with_notice', 'notice'), ('proposed', 'refuse', 'refused'),
  ('proposed', 'withdraw', 'withdrawn'), ('proposed', 'lapse', 'lapsed'),
  ('notice', 'begin', 'in_force'), ('notice', 'withdraw', 'withdrawn'), ('notice', 'lapse', 'lapsed');

-- Whose hands an account has been through: who made it, gave it a role, or reset it. `setup`: while nobody worked here yet.
CREATE TABLE line.account_hand (
  account uuid NOT NULL REFERENCES line.account,
  by      uuid NOT NULL REFERENCES line.account,
  what    text NOT NULL CHECK (what IN ('made', 'granted', 'reset')),
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  setup   boolean NOT NULL DEFAULT false
);
CREATE INDEX account_hand_account ON line.account_hand (account, at);

-- Decisions that overseers have to look at: taken with a new account, or between two whom one account made.
CREATE TABLE oversight.decided (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  account uuid NOT NULL,
  act     text NOT NULL,
  why     text NOT NULL CHECK (why IN ('young', 'hands')),
  sides   uuid[] NOT NULL DEFAULT '{}',
  hands   uuid[] NOT NULL DEFAULT '{}',
  entry   uuid NOT NULL,
  UNIQUE (entry, why)
);
CREATE INDEX decided_at ON oversight.decided (at);

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['line.proposal', 'line.proposal_transition', 'line.account_hand', 'oversight.decided'] LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO brightline_line', t);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', t);
  END LOOP;
END $own$;

ALTER TABLE line.account_notice DROP CONSTRAINT account_notice_kind_check;
ALTER TABLE line.account_notice ADD CONSTRAINT account_notice_kind_check CHECK (kind ~ '^[a-z_]{3,20}$');
