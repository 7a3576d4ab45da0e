-- The second factor at the door. After a right password the session exists and may do nothing until a code, a recovery
-- code or a key was shown; where the rulebook wants a factor and none is there yet, it may enrol one and nothing else.
-- callers: none

-- Which session is at work, in the functions that `enter` has let in.
CREATE OR REPLACE FUNCTION line.session_now() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN NULLIF(current_setting('line.session', true), '')::uuid;

CREATE OR REPLACE FUNCTION line.second_kinds(who uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(DISTINCT f.kind), '[]') FROM line.factor f
  WHERE f.account = who AND f.confirmed IS NOT NULL AND f.ended IS NULL);

CREATE OR REPLACE FUNCTION line.second_wanted(who uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.role_grant g WHERE g.account = who
  AND g.role = ANY (line.account_words('second_factor')) AND line.accounts_live(g));

-- What becomes of a session whose first factor was right: open, or shut until the second. {waits, kinds}
CREATE OR REPLACE FUNCTION line.second_asked(made uuid, who line.account, shown boolean) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE kinds jsonb := line.second_kinds(who.id); stage text;
BEGIN
  stage := CASE WHEN shown THEN '' WHEN kinds <> '[]' THEN 'second' WHEN line.second_wanted(who.id)
    THEN 'enrol' ELSE '' END;
  IF stage <> '' THEN
    UPDATE line.session s SET waits = stage, acts = CASE stage WHEN 'second' THEN ARRAY[]::text[]
      ELSE ARRAY['whoami', 'factor_list',
        'factor_totp_begin', 'factor_totp_confirm', 'factor_webauthn_begin', 'factor_webauthn_confirm',
          'password_challenge', 'proof_show', 'password_change'] END,
      expires = LEAST(s.expires, clock_timestamp() + CASE stage WHEN 'second' THEN interval '5 minutes'
        ELSE interval '30 minutes' END) WHERE s.id = made;
  ELSE PERFORM line.session_crowd(who, made); END IF;
  RETURN jsonb_build_object('waits', stage, 'kinds', kinds);
END $$;

-- The session behind a token that waits for its second factor; NULL without one.
CREATE OR REPLACE FUNCTION line.second_session(token text) RETURNS line.session
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT s FROM line.session s JOIN line.account a ON a.id = s.account AND a.state = 'active'
  WHERE s.token_hash = line.token_hash(split_part(token, '~', 1)) AND s.ended IS NULL
    AND s.expires > clock_timestamp() AND s.waits = 'second'
    AND (s.device_hash IS NULL OR s.device_hash = line.token_hash(split_part(token, '~', 2))));

-- For the door: what a session waits for, so that it can say so. NULL for every other token.
-- callers: login
CREATE OR REPLACE FUNCTION line.session_waits(token text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.session := line.second_session(token);
BEGIN
  IF s.id IS NULL THEN RETURN NULL; END IF;
  RETURN jsonb_build_object('waits', s.waits, 'kinds', line.second_kinds(s.account), 'account', (SELECT a.name
    FROM line.account a WHERE a.id = s.account));
END $$;

-- The session opens, under a new token: whoever saw the old one has nothing of it.
CREATE OR REPLACE FUNCTION line.second_open(s line.session, kind text, proof jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token text := line.new_token(); who line.account;
  ends timestamptz := clock_timestamp() + (SELECT make_interval(hours => x.session_hours) FROM line.state x);
BEGIN
  SELECT * INTO who FROM line.account a WHERE a.id = s.account;
  UPDATE line.session x SET token_hash = line.token_hash(token), waits = '', acts = NULL, expires = ends,
    second = clock_timestamp(),
    second_kind = kind, seen = clock_timestamp() WHERE x.id = s.id;
  PERFORM line.session_crowd(who, s.id);
  PERFORM line.lockout_tell(who);
  PERFORM line.session_entry(who.id, who.name, 'session_second', 'ok', kind, proof);
  RETURN jsonb_build_object('ok', true, 'session', s.id, 'token', token, 'expires',
    line.stamp(ends), 'account', who.name,
    'must_change', who.must_change, 'waits', '', 'kinds', '[]'::jsonb);
END $$;

-- The second step of a code: the attempt that was committed before is compared, once. `key` opens authenticators'
-- secrets
-- (16_factor_keys.sql); where it isn't the one that closed them, the answer says so, for no other code would open
-- either.
-- callers: login
CREATE OR REPLACE FUNCTION line.session_second(token text, attempt uuid, key bytea) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.session := line.second_session(token); a line.attempt; shut boolean;
BEGIN
  IF s.id IS NOT NULL THEN a := line.attempt_take(attempt, 'second'); END IF;
  IF a.id IS NULL OR a.session <> s.id THEN
    PERFORM line.session_entry(s.account, line.accounts_name(s.account), 'session_second', 'refused',
      'no attempt that was committed before');
    RETURN jsonb_build_object('ok', false);
  END IF;
  IF line.second_right(a, key) THEN
    PERFORM line.attempt_held(a);
    RETURN line.second_open(s, a.method, '{}');
  END IF;
  shut := a.method = 'totp' AND line.factors_shut(s.account, key);
  PERFORM line.session_entry(s.account, a.name, 'session_second', 'refused', CASE WHEN a.again THEN 'code shown before'
    WHEN shut THEN 'another key for secrets of authenticators' ELSE 'wrong code' END);
  IF (SELECT count(*) FROM line.attempt x WHERE x.session = s.id AND x.kind = 'second') >= 5 THEN
    UPDATE line.session x SET ended = clock_timestamp(), why_ended = 'wrong codes' WHERE x.id = s.id;
  END IF;
  RETURN line.attempt_until(a) || CASE WHEN shut THEN '{"why": "factor_key"}' ELSE '{}' END::jsonb;
END $$;

-- Whether the code of an attempt is one of its account's, and never shown before; it is spent here.
CREATE OR REPLACE FUNCTION line.second_right(a line.attempt, key bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f line.factor; step bigint; secret bytea;
BEGIN
  IF a.again THEN RETURN false; END IF;
  IF a.method = 'totp' THEN
    FOR f IN SELECT * FROM line.factor x WHERE x.account = a.account AND x.kind = 'totp' AND x.confirmed IS NOT NULL
      AND x.ended IS NULL FOR UPDATE LOOP
      secret := line.factor_secret(f, key);
      CONTINUE WHEN secret IS NULL;
      step := line.totp_step_of(secret, a.account, a.guess, a.made, f.last_step);
      IF step IS NOT NULL THEN
        UPDATE line.factor x SET last_step = step, used = clock_timestamp() WHERE x.id = f.id;
        RETURN true;
      END IF;
    END LOOP;
  ELSIF a.method = 'recovery' THEN
    UPDATE line.recovery_code r SET used = clock_timestamp() WHERE r.account = a.account AND r.used IS NULL
      AND r.code_hash = a.guess;
    IF FOUND THEN
      PERFORM line.account_tell(a.account, 'factor', 'a recovery code was used to show that it is you');
      RETURN true;
    END IF;
  END IF;
  RETURN false;
END $$;

-- A key's turn: the challenge out, the key's answer back. The web process checks the origin and the relying party,
-- which it knows; what the key signed, and that this very key signed it, is checked here (17_signatures.sql). The
-- challenge serves once, and only for a session whose password was right.
-- callers: login
CREATE OR REPLACE FUNCTION line.webauthn_challenge(token text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.session := line.second_session(token); fresh bytea := line.random32();
BEGIN
  IF s.id IS NULL THEN RETURN NULL; END IF;
  INSERT INTO line.ceremony (challenge, account, session, kind) VALUES (fresh, s.account, s.id, 'authenticate');
  RETURN jsonb_build_object('challenge', encode(fresh, 'hex'), 'keys', (SELECT COALESCE(jsonb_agg(jsonb_build_object(
      'credential', encode(f.credential, 'hex'), 'public_key', encode(f.public_key, 'hex'),
        'sign_count', f.sign_count)), '[]')
    FROM line.factor f WHERE f.account = s.account AND f.kind = 'webauthn'
      AND f.confirmed IS NOT NULL AND f.ended IS NULL));
END $$;

-- The public keys that may answer; nothing for any other token.
-- callers: login
CREATE OR REPLACE FUNCTION line.webauthn_keys(token text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.session := line.second_session(token);
BEGIN
  RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('credential', encode(f.credential, 'hex'), 'public_key',
    encode(f.public_key, 'hex'))), '[]')
    FROM line.factor f WHERE f.account = s.account AND f.kind = 'webauthn'
      AND f.confirmed IS NOT NULL AND f.ended IS NULL);
END $$;

-- What a key signed, when it holds: its counter; NULL otherwise (WebAuthn, 7.2: type, challenge, user present,
-- signature).
CREATE OR REPLACE FUNCTION line.webauthn_counter(key bytea, challenge bytea, client bytea, data bytea,
  signature bytea) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE told jsonb;
BEGIN
  IF client IS NULL OR signature IS NULL OR challenge IS NULL OR length(client) > 10000
    OR COALESCE(length(data), 0) < 37 OR length(data) > 10000 THEN RETURN NULL; END IF;
  BEGIN
    told := convert_from(client, 'UTF8')::jsonb;
  EXCEPTION WHEN data_exception OR character_not_in_repertoire OR program_limit_exceeded THEN RETURN NULL;
  END;
  IF told ->> 'type' IS DISTINCT FROM 'webauthn.get' OR line.b64url(told ->> 'challenge') IS DISTINCT FROM challenge
     OR get_byte(data, 32) & 1 <> 1 OR NOT line.cose_holds(key, data || sha256(client), signature)
       THEN RETURN NULL; END IF;
  RETURN line.bytes_number(substr(data, 34, 4))::bigint;
END $$;

CREATE OR REPLACE FUNCTION line.webauthn_bytes(shown jsonb, k text) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN shown ->> k ~ '^([0-9a-f]{2})*$' THEN decode(shown ->> k, 'hex') END;

-- callers: login
CREATE OR REPLACE FUNCTION line.webauthn_shown(token text, shown jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.session := line.second_session(token); f line.factor; called text; counted bigint;
  asked bytea := line.webauthn_bytes(shown, 'challenge');
BEGIN
  IF s.id IS NULL THEN RETURN jsonb_build_object('ok', false); END IF;
  SELECT a.name INTO called FROM line.account a WHERE a.id = s.account;
  UPDATE line.ceremony c SET used = clock_timestamp() WHERE c.challenge = asked AND c.session = s.id
    AND c.kind = 'authenticate' AND c.used IS NULL AND c.made > clock_timestamp() - interval '5 minutes';
  IF NOT FOUND THEN
    PERFORM line.session_entry(s.account, called, 'session_second', 'refused', 'challenge unknown, used or too old');
    RETURN jsonb_build_object('ok', false);
  END IF;
  SELECT * INTO f FROM line.factor x WHERE x.account = s.account
    AND x.credential = line.webauthn_bytes(shown, 'credential')
    AND x.kind = 'webauthn' AND x.confirmed IS NOT NULL AND x.ended IS NULL FOR UPDATE;
  IF f.id IS NOT NULL THEN
    counted := line.webauthn_counter(f.public_key, asked, line.webauthn_bytes(shown, 'client_data'),
      line.webauthn_bytes(shown, 'auth_data'),
      line.webauthn_bytes(shown, 'signature'));
  END IF;
  -- A counter that doesn't rise is a copied key (WebAuthn, 7.2 step 22); keys without a counter send nothing but 0.
  IF counted IS NULL OR NOT (counted > f.sign_count OR counted = 0 AND f.sign_count = 0) THEN
    PERFORM line.session_entry(s.account, called, 'session_second', 'refused', CASE WHEN counted IS NULL
      THEN 'key not shown' ELSE 'copied key' END,
      jsonb_build_object('proof', left(shown ->> 'proof_sha256', 64)));
    RETURN jsonb_build_object('ok', false);
  END IF;
  UPDATE line.factor x SET sign_count = counted, used = clock_timestamp() WHERE x.id = f.id;
  RETURN line.second_open(s, 'webauthn', jsonb_build_object('factor', f.id, 'proof',
    left(shown ->> 'proof_sha256', 64)));
END $$;
