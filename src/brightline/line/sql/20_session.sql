-- Sessions. The password never comes here: the client makes an Argon2id hash with the challenge's salt and sends it;
-- kept is only that hash's SHA-256, so the login role can list nothing that opens an account (ATTACKS D4).

CREATE OR REPLACE FUNCTION line.login_challenge(name text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE(
  (SELECT a.kdf FROM line.account a WHERE a.name = lower(btrim(login_challenge.name))),
  jsonb_build_object('kind', 'argon2id', 'time', 3, 'memory', 65536, 'lanes', 4, 'length', 32, 'salt',
    left(encode(sha256((SELECT s.value FROM line.secret s WHERE s.name = 'challenge')
      || convert_to(lower(btrim(login_challenge.name)), 'UTF8')), 'hex'), 32)));
ALTER FUNCTION line.login_challenge(text) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.session_entry(account uuid, account_name text, what text, outcome text, why text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ctx line.context;
BEGIN
  ctx.account := account; ctx.account_name := account_name; ctx.act := 'enter'; ctx.name := what; ctx.params := '{}';
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, outcome, '{}'),
    line.body(ctx, jsonb_build_object('why', why)), false, true);
END $$;
ALTER FUNCTION line.session_entry(uuid, text, text, text, text) OWNER TO brightline_line;

-- Ten wrong passwords for a name lock the name for a quarter of an hour, whether an account bears it or not.
CREATE OR REPLACE FUNCTION line.session_open(name text, proof bytea, client text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  folded text := left(lower(btrim(name)), 200);
  hashed bytea := sha256(convert_to(left(lower(btrim(name)), 200), 'UTF8'));
  who line.account;
  attempt line.login_attempt;
  token text;
  ends timestamptz;
BEGIN
  INSERT INTO line.login_attempt AS l (name_hash) VALUES (hashed) ON CONFLICT (name_hash) DO NOTHING;
  SELECT * INTO attempt FROM line.login_attempt l WHERE l.name_hash = hashed FOR UPDATE;
  IF attempt.locked_until > clock_timestamp() THEN
    PERFORM line.session_entry(NULL, folded, 'session_open', 'refused', 'locked');
    RETURN jsonb_build_object('ok', false, 'locked_until', line.stamp(attempt.locked_until));
  END IF;
  SELECT * INTO who FROM line.account a WHERE a.name = folded AND a.state = 'active'
    AND a.verifier = sha256(proof);
  IF who.id IS NULL THEN
    UPDATE line.login_attempt l SET last = clock_timestamp(),
      failed = CASE WHEN l.failed >= 9 THEN 0 ELSE l.failed + 1 END,
      locked_until = CASE WHEN l.failed >= 9 THEN clock_timestamp() + interval '15 minutes' END
    WHERE l.name_hash = hashed RETURNING * INTO attempt;
    PERFORM line.session_entry(NULL, folded, 'session_open', 'refused', 'wrong password or no such account');
    RETURN jsonb_build_object('ok', false, 'locked_until', line.stamp(attempt.locked_until));
  END IF;
  DELETE FROM line.login_attempt l WHERE l.name_hash = hashed;
  token := translate(rtrim(encode(line.random32(), 'base64'), '='), '+/', '-_');
  ends := clock_timestamp() + (SELECT make_interval(hours => s.session_hours) FROM line.state s);
  INSERT INTO line.session (token_hash, account, expires, client)
    VALUES (sha256(convert_to(token, 'UTF8')), who.id, ends, left(COALESCE(client, ''), 200));
  PERFORM line.session_entry(who.id, who.name, 'session_open', 'ok', '');
  RETURN jsonb_build_object('ok', true, 'token', token, 'expires', line.stamp(ends),
    'account', who.name, 'must_change', who.must_change);
END $$;
ALTER FUNCTION line.session_open(text, bytea, text) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.session_close(token text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE who uuid; called text;
BEGIN
  UPDATE line.session s SET ended = clock_timestamp()
    WHERE s.token_hash = sha256(convert_to(token, 'UTF8')) AND s.ended IS NULL
    RETURNING s.account INTO who;
  IF who IS NULL THEN RETURN false; END IF;
  SELECT a.name INTO called FROM line.account a WHERE a.id = who;
  PERFORM line.session_entry(who, called, 'session_close', 'ok', '');
  RETURN true;
END $$;
ALTER FUNCTION line.session_close(text) OWNER TO brightline_line;

-- Whose live session is it? For the functions of schema line only.
CREATE OR REPLACE FUNCTION line.session_account(token text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT s.account FROM line.session s JOIN line.account a ON a.id = s.account
  WHERE s.token_hash = sha256(convert_to(token, 'UTF8')) AND s.ended IS NULL
    AND s.expires > clock_timestamp() AND a.state = 'active');
ALTER FUNCTION line.session_account(text) OWNER TO brightline_line;
