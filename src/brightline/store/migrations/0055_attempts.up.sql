-- Attempts: what somebody shows at the door is written down and committed before anything is compared with it, so that no
-- ROLLBACK takes the count back. tx is the transaction that wrote the row: a comparison in the same one is refused.
CREATE TABLE line.attempt (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tx       xid8 NOT NULL DEFAULT pg_current_xact_id(),
  kind     text NOT NULL CHECK (kind IN ('password', 'second', 'proof')),
  method   text NOT NULL CHECK (method IN ('password', 'totp', 'recovery', 'none')),
  name     text NOT NULL DEFAULT '',
  account  uuid REFERENCES line.account,
  session  uuid REFERENCES line.session,
  lanes    bytea[] NOT NULL,
  guess    bytea NOT NULL CHECK (length(guess) = 32),
  again    boolean NOT NULL DEFAULT false,
  made     timestamptz NOT NULL DEFAULT clock_timestamp(),
  judged   timestamptz,
  held     boolean
);
CREATE INDEX attempt_made ON line.attempt (made);
CREATE INDEX attempt_session ON line.attempt (session) WHERE session IS NOT NULL;
CREATE INDEX attempt_account ON line.attempt (account, guess) WHERE account IS NOT NULL;

-- A lane that was locked, whether an account bears the name or not: told to the account when it comes in, to overseers when
-- there are many.
CREATE TABLE line.lockout (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name_hash   bytea NOT NULL CHECK (length(name_hash) = 32),
  source_hash bytea NOT NULL CHECK (length(source_hash) = 32),
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  told        timestamptz
);
CREATE INDEX lockout_name ON line.lockout (name_hash, at);
CREATE INDEX lockout_at ON line.lockout (at);

-- A browser is known when it opened a session since then; what ends credentials ends that too.
ALTER TABLE line.account ADD COLUMN known_since timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX session_device ON line.session (account, device_hash) WHERE device_hash IS NOT NULL;

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['attempt', 'lockout'] LOOP
    EXECUTE format('ALTER TABLE line.%I OWNER TO brightline_line', t);
    EXECUTE format('REVOKE ALL ON line.%I FROM PUBLIC', t);
  END LOOP;
END $own$;

-- Former shapes of functions that the installation writes anew.
DROP FUNCTION IF EXISTS line.session_open(text, bytea, text, text);
DROP FUNCTION IF EXISTS line.session_second(text, text, text);
DROP FUNCTION IF EXISTS line.attempt_locked(bytea);
DROP FUNCTION IF EXISTS line.attempt_failed(bytea);
