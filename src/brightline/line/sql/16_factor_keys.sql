-- Secrets of authenticators, enciphered: whoever reads the tables (a backup's login, a dump) can make no codes of them.
-- The key is secrets/factor-key of the installation; the web process brings it with each call that needs it, and the
-- database keeps its hash alone. What lies in line.factor is the secret XOR HMAC-SHA256(key, factor): each id has one
-- secret for ever, so no part of that stream is used twice.
-- callers: none

CREATE OR REPLACE FUNCTION line.hmac_sha256(key bytea, data bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  padded bytea := CASE WHEN length(key) > 64 THEN sha256(key) ELSE key END;
  inside bytea := decode(repeat('36', 64), 'hex'); outside bytea := decode(repeat('5c', 64), 'hex');
BEGIN
  FOR i IN 0 .. length(padded) - 1 LOOP
    inside := set_byte(inside, i, get_byte(padded, i) # 54);
    outside := set_byte(outside, i, get_byte(padded, i) # 92);
  END LOOP;
  RETURN sha256(outside || sha256(inside || data));
END $$;

-- Both ways: XOR with as much of the stream as the secret is long.
CREATE OR REPLACE FUNCTION line.factor_cipher(key bytea, factor uuid, secret bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE stream bytea := ''; done bytea := secret;
BEGIN
  FOR n IN 0 .. (length(secret) - 1) / 32 LOOP
    stream := stream || line.hmac_sha256(key, 'stream'::bytea || uuid_send(factor) || int4send(n));
  END LOOP;
  FOR i IN 0 .. length(secret) - 1 LOOP done := set_byte(done, i, get_byte(secret, i) # get_byte(stream, i)); END LOOP;
  RETURN done;
END $$;

CREATE OR REPLACE FUNCTION line.factor_seal(key bytea, factor uuid, enciphered bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN line.hmac_sha256(key, 'seal'::bytea || uuid_send(factor) || enciphered);

-- The secret of a factor; NULL when this isn't the key by which it was enciphered.
CREATE OR REPLACE FUNCTION line.factor_secret(f line.factor, key bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN f.cipher = 1 AND length(key) = 32 THEN
  CASE WHEN line.factor_seal(key, f.id, f.secret) = f.seal THEN line.factor_cipher(key, f.id, f.secret) END END;

CREATE OR REPLACE FUNCTION line.factor_key_hash(key bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256('brightline factor key'::bytea || key);

-- Whether this account has authenticators and none that the key which was brought opens.
CREATE OR REPLACE FUNCTION line.factors_shut(who uuid, key bytea) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT count(*) > 0 AND count(line.factor_secret(f, key)) = 0 FROM line.factor f
  WHERE f.account = who AND f.kind = 'totp' AND f.confirmed IS NOT NULL AND f.ended IS NULL);

-- The key that a call brings beside what its person sent; NULL without one. loggable keeps no more of it than a hash.
CREATE OR REPLACE FUNCTION line.factor_key_brought(p jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN p ->> 'factor_key' ~ '^[0-9a-f]{64}$' THEN decode(p ->> 'factor_key', 'hex') END;

-- The same where a new secret is to be enciphered: by no other key than the installation's, or it could never be
-- opened.
CREATE OR REPLACE FUNCTION line.factor_key_needed(ctx line.context, p jsonb) RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE key bytea := line.factor_key_brought(p);
BEGIN
  IF key IS NULL OR NOT EXISTS (SELECT FROM line.factor_key k WHERE k.key_hash = line.factor_key_hash(key)) THEN
    PERFORM line.refuse(ctx, 'factor_key',
      'The key for secrets of authenticators is missing, or isn''t this installation''s.',
      'Whoever runs this installation: brightline up takes secrets/factor-key; brightline doctor says more.'); END IF;
  RETURN key;
END $$;

-- How the key that lies in the home stands to what is in the table: secrets in clear, secrets of another key.
CREATE OR REPLACE FUNCTION line.factors_told(key bytea) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('known', EXISTS (SELECT FROM line.factor_key k
  WHERE k.key_hash = line.factor_key_hash(key)),
  'clear', count(*) FILTER (WHERE f.cipher = 0),
  'shut', count(DISTINCT f.account) FILTER (WHERE f.cipher > 0 AND f.ended IS NULL
    AND line.factor_secret(f, key) IS NULL))
  FROM line.factor f WHERE f.secret IS NOT NULL);

-- For `up`: this is the key from now on, and what lies in clear is enciphered with it, once. Another key than before is
-- an entry: authenticators of the former one open nothing any more.
CREATE OR REPLACE FUNCTION line.factors_encipher(key bytea) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer; former bytea; mine bytea := line.factor_key_hash(key);
BEGIN
  IF COALESCE(length(key), 0) <> 32 THEN RAISE EXCEPTION 'a key for secrets of authenticators has 32 bytes'; END IF;
  SELECT k.key_hash INTO former FROM line.factor_key k;
  INSERT INTO line.factor_key AS k (key_hash) VALUES (mine) ON CONFLICT (one)
    DO UPDATE SET key_hash = EXCLUDED.key_hash, since = clock_timestamp() WHERE k.key_hash <> EXCLUDED.key_hash;
  IF former <> mine THEN PERFORM line.session_entry(NULL, NULL, 'factor_key', 'flagged',
    'another key for secrets of authenticators'); END IF;
  UPDATE line.factor f SET secret = e.done, seal = line.factor_seal(key, f.id, e.done), cipher = 1
    FROM (SELECT x.id, line.factor_cipher(key, x.id, x.secret) AS done FROM line.factor x WHERE x.cipher = 0
      AND x.secret IS NOT NULL) e
    WHERE f.id = e.id;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;
