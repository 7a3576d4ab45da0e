-- Second factors, and accounts that a provider vouches for. No role that anybody signs in with may read any of it.

ALTER TABLE line.session
  ADD COLUMN waits text NOT NULL DEFAULT '' CHECK (waits IN ('', 'second', 'enrol')),
  ADD COLUMN second timestamptz,
  ADD COLUMN second_kind text NOT NULL DEFAULT '',
  ADD COLUMN issuer text,
  ADD COLUMN subject text,
  ADD COLUMN provider_session text,
  ADD CONSTRAINT restricted_while_waiting CHECK (waits = '' OR acts IS NOT NULL),
  ADD CONSTRAINT federated_has_deadline CHECK (issuer IS NULL OR (subject IS NOT NULL AND recheck_by IS NOT NULL));
CREATE INDEX session_subject ON line.session (issuer, subject) WHERE ended IS NULL AND issuer IS NOT NULL;

-- totp: `secret` is shared with the app on the telephone, last_step the time step of the last code taken. webauthn: public only.
CREATE TABLE line.factor (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account    uuid NOT NULL REFERENCES line.account,
  kind       text NOT NULL CHECK (kind IN ('totp', 'webauthn')),
  title      text NOT NULL CHECK (length(btrim(title)) BETWEEN 1 AND 100),
  secret     bytea CHECK (length(secret) >= 20),
  last_step  bigint,
  credential bytea,
  public_key bytea,
  sign_count bigint NOT NULL DEFAULT 0,
  made       timestamptz NOT NULL DEFAULT clock_timestamp(),
  confirmed  timestamptz,
  used       timestamptz,
  ended      timestamptz,
  CHECK (CASE kind WHEN 'totp' THEN secret IS NOT NULL ELSE credential IS NOT NULL AND public_key IS NOT NULL END)
);
CREATE INDEX factor_account ON line.factor (account) WHERE ended IS NULL;
CREATE UNIQUE INDEX factor_credential ON line.factor (credential) WHERE ended IS NULL;

CREATE TABLE line.recovery_code (
  account   uuid NOT NULL REFERENCES line.account,
  code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  used      timestamptz,
  PRIMARY KEY (account, code_hash)
);

-- A WebAuthn challenge serves one ceremony of one session, within five minutes.
CREATE TABLE line.ceremony (
  challenge bytea PRIMARY KEY CHECK (length(challenge) = 32),
  account   uuid NOT NULL REFERENCES line.account,
  session   uuid NOT NULL REFERENCES line.session,
  kind      text NOT NULL CHECK (kind IN ('register', 'authenticate')),
  title     text NOT NULL DEFAULT '',
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  used      timestamptz
);

-- Which provider's subject an account is. Its password lies there, not here.
CREATE TABLE line.identity (
  account uuid PRIMARY KEY REFERENCES line.account,
  issuer  text NOT NULL,
  subject text NOT NULL,
  made    timestamptz NOT NULL DEFAULT clock_timestamp(),
  checked timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (issuer, subject)
);

-- A provider's group gives a role in a unit; one that isn't here gives nothing.
CREATE TABLE line.group_role (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  issuer  text NOT NULL,
  grp     text NOT NULL CHECK (length(btrim(grp)) BETWEEN 1 AND 200),
  unit    text NOT NULL REFERENCES line.unit,
  role    text NOT NULL CHECK (role IN ('agent', 'analyst', 'supervisor', 'steward', 'vetter', 'approver', 'overseer', 'admin')),
  made_by uuid NOT NULL REFERENCES line.account,
  made    timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended   timestamptz
);
CREATE UNIQUE INDEX group_role_live ON line.group_role (issuer, grp, unit, role) WHERE ended IS NULL;

-- A sign-in on its way to a provider and back: state, nonce and PKCE verifier come from here and serve once.
CREATE TABLE line.federation (
  state_hash   bytea PRIMARY KEY CHECK (length(state_hash) = 32),
  browser_hash bytea NOT NULL CHECK (length(browser_hash) = 32),
  issuer       text NOT NULL,
  client       text NOT NULL,
  nonce        text NOT NULL,
  verifier     text NOT NULL,
  made         timestamptz NOT NULL DEFAULT clock_timestamp(),
  taken        timestamptz,
  opened       timestamptz
);

-- Tokens of providers that were taken, by hash: none serves twice.
CREATE TABLE line.provider_token (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  made       timestamptz NOT NULL DEFAULT clock_timestamp()
);

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['factor', 'recovery_code', 'ceremony', 'identity', 'group_role', 'federation', 'provider_token'] LOOP
    EXECUTE format('ALTER TABLE line.%I OWNER TO brightline_line', t);
    EXECUTE format('REVOKE ALL ON line.%I FROM PUBLIC', t);
  END LOOP;
END $own$;
