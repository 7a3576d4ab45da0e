-- Sessions. The password never comes here: the client makes an Argon2id hash with the challenge's salt and sends it;
-- kept is only that hash's SHA-256, so the login role can list nothing that opens an account (ATTACKS D4).
--
-- What a browser presents is `token~device`: two secrets in two cookies, of which only hashes lie here. A token that
-- was found in a log, a crash report or a proxy opens nothing without the other.
-- callers: none

-- callers: login
CREATE OR REPLACE FUNCTION line.login_challenge(name text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE(
  (SELECT a.kdf FROM line.account a WHERE a.name = lower(btrim(login_challenge.name))),
  jsonb_build_object('kind', 'argon2id', 'time', 3, 'memory', 65536, 'lanes', 4, 'length', 32, 'salt',
    left(encode(sha256((SELECT s.value FROM line.secret s WHERE s.name = 'challenge')
      || convert_to(lower(btrim(login_challenge.name)), 'UTF8')), 'hex'), 32)));

CREATE OR REPLACE FUNCTION line.session_entry(account uuid, account_name text, what text, outcome text, why text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.session_entry(account, account_name, what, outcome, why, '{}');
END $$;

CREATE OR REPLACE FUNCTION line.session_entry(account uuid, account_name text, what text,
  outcome text, why text, more jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ctx line.context;
BEGIN
  ctx.account := account; ctx.account_name := account_name; ctx.act := 'enter'; ctx.name := what; ctx.params := '{}';
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, outcome, '{}'),
    line.body(ctx, jsonb_build_object('why', why) || more), false, true);
END $$;

CREATE OR REPLACE FUNCTION line.new_token() RETURNS text
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN translate(rtrim(encode(line.random32(), 'base64'), '='), '+/', '-_');

CREATE OR REPLACE FUNCTION line.token_hash(secret text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE
RETURN sha256(convert_to(secret, 'UTF8'));

CREATE OR REPLACE FUNCTION line.account_tell(who uuid, sort text, said text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.account_notice (account, kind, what) VALUES (who, sort, said)
$$;

-- A row for a new session; its secrets leave here once. device: NULL for programs; else the secret that the browser has
-- already, or anything else for a new one.
CREATE OR REPLACE FUNCTION line.session_make(who line.account, client text, device text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token text := line.new_token(); kept text; ends timestamptz; made uuid;
BEGIN
  IF device IS NOT NULL THEN
    kept := CASE WHEN device ~ '^[A-Za-z0-9_-]{43}$' THEN device ELSE line.new_token() END;
  END IF;
  ends := clock_timestamp() + (SELECT make_interval(hours => s.session_hours) FROM line.state s);
  INSERT INTO line.session (token_hash, account, expires, client, device_hash, idle_minutes)
    VALUES (line.token_hash(token), who.id, ends, left(COALESCE(client, ''), 200), line.token_hash(kept),
      CASE WHEN kept IS NOT NULL THEN line.account_rule('idle_minutes', 60) END) RETURNING id INTO made;
  RETURN jsonb_build_object('ok', true, 'session', made, 'token', token, 'device', kept, 'expires', line.stamp(ends),
    'account', who.name, 'must_change', who.must_change);
END $$;

-- More sessions at once than the rulebook allows: the oldest end, or (`over: flag`) everybody is told and overseers see
-- it.
CREATE OR REPLACE FUNCTION line.session_crowd(who line.account, newest uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  most integer := line.account_rule('sessions', 5); surplus uuid[];
  ends boolean := (SELECT COALESCE(s.rulebook #>> '{accounts,over}', 'end') <> 'flag' FROM line.state s);
BEGIN
  surplus := ARRAY(SELECT s.id FROM line.session s WHERE s.account = who.id AND s.ended IS NULL AND s.acts IS NULL
    AND s.expires > clock_timestamp() AND s.id <> newest ORDER BY s.opened DESC OFFSET GREATEST(most - 1, 0));
  IF cardinality(surplus) = 0 THEN RETURN 0; END IF;
  IF ends THEN
    UPDATE line.session s SET ended = clock_timestamp(), why_ended = 'a newer sign-in' WHERE s.id = ANY (surplus);
  END IF;
  PERFORM line.account_tell(who.id, 'session', CASE WHEN ends
    THEN 'an older session of yours was ended by a new sign-in'
    ELSE 'you are signed in at more places than the rules allow' END);
  PERFORM line.session_entry(who.id, who.name, 'session_crowd', CASE WHEN ends THEN 'ok' ELSE 'flagged'
    END, 'more sessions at once than allowed',
    jsonb_build_object('sessions', to_jsonb(surplus)));
  RETURN cardinality(surplus);
END $$;

-- The second step: the attempt that was committed before is compared, once. See 21_attempts.sql.
-- callers: login
CREATE OR REPLACE FUNCTION line.session_open(attempt uuid, client text, device text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a line.attempt := line.attempt_take(attempt, 'password'); who line.account; made jsonb;
BEGIN
  IF a.id IS NULL THEN
    PERFORM line.session_entry(NULL, NULL, 'session_open', 'refused', 'no attempt that was committed before');
    RETURN jsonb_build_object('ok', false);
  END IF;
  SELECT * INTO who FROM line.account x WHERE x.name = a.name AND x.state = 'active' AND x.verifier = a.guess;
  IF who.id IS NULL THEN
    PERFORM line.session_entry(NULL, a.name, 'session_open', 'refused', 'wrong password or no such account');
    RETURN line.attempt_until(a);
  END IF;
  PERFORM line.attempt_held(a);
  made := line.session_make(who, client, device);
  made := made || line.second_asked((made ->> 'session')::uuid, who, false);
  IF made ->> 'waits' <> 'second' THEN PERFORM line.lockout_tell(who); END IF;
  PERFORM line.session_entry(who.id, who.name, 'session_open', 'ok', CASE made ->> 'waits' WHEN '' THEN ''
    ELSE 'waits: ' || (made ->> 'waits') END);
  RETURN made;
END $$;

-- callers: login
CREATE OR REPLACE FUNCTION line.session_close(token text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE who uuid; called text;
BEGIN
  UPDATE line.session s SET ended = clock_timestamp(), why_ended = 'signed out'
    WHERE s.token_hash = line.token_hash(split_part(token, '~', 1)) AND s.ended IS NULL
      AND (s.device_hash IS NULL OR s.device_hash = line.token_hash(split_part(token, '~', 2)))
    RETURNING s.account INTO who;
  IF who IS NULL THEN RETURN false; END IF;
  SELECT a.name INTO called FROM line.account a WHERE a.id = who;
  PERFORM line.session_entry(who, called, 'session_close', 'ok', '');
  RETURN true;
END $$;

-- Whose live session is it, and may it do this? Asked by enter at every act, so that a web process that forgets a rule
-- changes nothing. Why not, only the ledger learns. A read notes at most once a minute that the session is used.
CREATE OR REPLACE FUNCTION line.session_use(token text, called text, OUT account uuid, OUT why text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s line.session; f record; now_ timestamptz := clock_timestamp();
  hashed bytea := line.token_hash(split_part(token, '~', 1));
  done text := set_config('line.session', '', true);
BEGIN
  SELECT x AS session, a.must_change INTO f FROM line.session x JOIN line.account a
    ON a.id = x.account AND a.state = 'active'
    WHERE x.token_hash = hashed AND x.ended IS NULL AND x.expires > now_;
  s := f.session;
  why := CASE
    WHEN s.id IS NULL THEN 'no live session'
    WHEN s.device_hash IS NOT NULL AND s.device_hash IS DISTINCT FROM line.token_hash(split_part(token, '~', 2))
      THEN 'session token without its device'
    WHEN s.seen < now_ - make_interval(mins => s.idle_minutes) THEN 'session idle too long'
    WHEN s.recheck_by <= now_ THEN 'the provider has not confirmed the account in time'
    WHEN s.acts IS NOT NULL AND NOT called = ANY (s.acts) THEN 'session waits for its second factor'
    -- A password that somebody else made or saw is good for one thing.
    WHEN f.must_change AND NOT called = ANY (ARRAY['whoami', 'password_challenge', 'proof_show', 'password_change'])
      THEN 'password has to be changed first' END;
  IF why IS NOT NULL THEN RETURN; END IF;
  account := s.account;
  done := set_config('line.session', s.id::text, true);
  IF s.seen < now_ - interval '1 minute' AND current_setting('transaction_read_only') = 'off' THEN
    UPDATE line.session x SET seen = now_ WHERE x.id = (SELECT y.id FROM line.session y WHERE y.id = s.id
      FOR UPDATE SKIP LOCKED);
  END IF;
END $$;

-- Service tokens: what lets a program act for an account: reads and uploads that their files declare (`token: yes`),
-- whatever stands in the token. A token names the installed functions and the one purpose that it serves; it ends with
-- its day, its purpose, its account, or when it is revoked, and never does more than the account may.
CREATE OR REPLACE FUNCTION line.service_use(token text, under text, called text, OUT account uuid,
  OUT why text, OUT id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE t line.service_token; key text; hashed bytea := line.token_hash(token);
BEGIN
  SELECT x.* INTO t FROM line.service_token x JOIN line.account a ON a.id = x.account AND a.state = 'active'
    WHERE x.token_hash = hashed AND x.ended IS NULL AND x.expires > clock_timestamp();
  SELECT p.key INTO key FROM line.purpose p WHERE p.id = t.purpose;
  id := t.id;
  why := CASE WHEN t.id IS NULL THEN 'no live service token'
    WHEN NOT EXISTS (SELECT FROM line.token_act x WHERE x.name = called) THEN 'act of a person, no program''s'
    WHEN NOT called = ANY (t.acts) THEN 'service token not for this act'
    WHEN under IS DISTINCT FROM key THEN 'service token not for this purpose' END;
  IF why IS NULL THEN account := t.account; END IF;
END $$;
