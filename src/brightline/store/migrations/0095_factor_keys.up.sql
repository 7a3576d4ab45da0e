-- Secrets of authenticators are enciphered with a key that lies outside the database, so that no backup and no dump makes
-- codes of them. `cipher` is the version of it: 0 in clear, as they were until now (`brightline up` enciphers them), 1 as in
-- line/sql/16_factor_keys.sql; `seal` tells a wrong key from a wrong code.
ALTER TABLE line.factor
  ADD COLUMN cipher smallint NOT NULL DEFAULT 0 CHECK (cipher IN (0, 1)),
  ADD COLUMN seal bytea CHECK (length(seal) = 32);
ALTER TABLE line.factor
  ALTER COLUMN cipher SET DEFAULT 1,
  ADD CONSTRAINT enciphered_is_sealed CHECK (secret IS NULL OR cipher = 0 OR seal IS NOT NULL);

-- Which key that is, by its hash.
CREATE TABLE line.factor_key (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  key_hash bytea NOT NULL CHECK (length(key_hash) = 32),
  since    timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE line.factor_key OWNER TO brightline_line;
REVOKE ALL ON line.factor_key FROM PUBLIC;

-- Former shapes of functions that the installation writes anew.
DROP FUNCTION IF EXISTS line.session_second(text, uuid);
DROP FUNCTION IF EXISTS line.second_right(line.attempt);
