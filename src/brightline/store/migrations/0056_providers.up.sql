-- What is known of providers, and the keys that sign for them: fetched by the worker, read where a session opens. The web
-- process can write neither, so it makes no signature hold. Each change of keys is an entry.
CREATE TABLE line.provider (
  issuer       text PRIMARY KEY CHECK (issuer ~ '^https?://'),
  client       text NOT NULL CHECK (client <> ''),
  groups_claim text NOT NULL DEFAULT 'groups' CHECK (groups_claim <> ''),
  fetched      timestamptz,
  wanted       timestamptz
);
CREATE TABLE line.provider_key (
  issuer text NOT NULL REFERENCES line.provider,
  kid    text NOT NULL,
  jwk    jsonb NOT NULL,
  seen   timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (issuer, kid)
);

-- The transaction in which the browser's return was taken: a session opens in a later one.
ALTER TABLE line.federation ADD COLUMN taken_tx xid8;

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['provider', 'provider_key'] LOOP
    EXECUTE format('ALTER TABLE line.%I OWNER TO brightline_line', t);
    EXECUTE format('REVOKE ALL ON line.%I FROM PUBLIC', t);
  END LOOP;
END $own$;

-- Former shapes of functions that the installation writes anew.
DROP FUNCTION IF EXISTS line.federation_begin(text, text);
DROP FUNCTION IF EXISTS line.session_open_federated(text, jsonb, text, text);
DROP FUNCTION IF EXISTS line.session_recheck(uuid, boolean, jsonb, text);
DROP FUNCTION IF EXISTS line.session_end_federated(text, text, text, text);
DROP FUNCTION IF EXISTS line.federation_apply(uuid, text, text[]);
DROP FUNCTION IF EXISTS line.federation_groups(jsonb);
DROP FUNCTION IF EXISTS line.federation_name(jsonb);
DROP FUNCTION IF EXISTS line.federation_fault(line.federation, jsonb);
