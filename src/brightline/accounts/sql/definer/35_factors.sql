-- Second factors of one's own, and an administrator's way to take them from somebody who lost them.
-- callers: writer

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_factors(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('wanted', line.second_wanted(ctx.account),
  'waits', COALESCE((SELECT s.waits FROM line.session s WHERE s.id = line.session_now()), ''),
  'recovery_left', (SELECT count(*) FROM line.recovery_code r WHERE r.account = ctx.account AND r.used IS NULL),
  'factors', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind, 'title', f.title,
    'made', line.stamp(f.made),
      'used', line.stamp(f.used)) ORDER BY f.made), '[]') FROM line.factor f
    WHERE f.account = ctx.account AND f.confirmed IS NOT NULL AND f.ended IS NULL));

-- Whoever has a factor shows one before they add or take one away: a session of before isn't enough.
-- callers: none
CREATE OR REPLACE FUNCTION line.accounts_factor_guard(ctx line.context) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF line.second_kinds(ctx.account) <> '[]' AND NOT EXISTS (SELECT FROM line.session s WHERE s.id = line.session_now()
    AND s.second IS NOT NULL) THEN
    PERFORM line.refuse(ctx, 'second_factor', 'This session was opened without your second factor.',
      'Sign in again with it.'); END IF;
END $$;

-- The secret leaves here once; what stays is enciphered (16_factor_keys.sql). The program makes the otpauth address and
-- its picture of it.
CREATE OR REPLACE FUNCTION line.accounts_totp_begin(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE key bytea := line.factor_key_needed(ctx, p); fresh uuid := gen_random_uuid();
secret bytea := substr(line.random32(), 1, 20);
  enciphered bytea := line.factor_cipher(key, fresh, secret); made line.factor;
BEGIN
  PERFORM line.accounts_factor_guard(ctx);
  DELETE FROM line.factor f WHERE f.account = ctx.account AND f.kind = 'totp' AND f.confirmed IS NULL;
  IF (SELECT count(*) FROM line.factor f WHERE f.account = ctx.account AND f.ended IS NULL) >= 10 THEN
    PERFORM line.conflict(ctx, 'many', 'You have ten factors already.', 'Take one away first.'); END IF;
  INSERT INTO line.factor (id, account, kind, title, secret, seal) VALUES (fresh, ctx.account, 'totp',
    COALESCE(line.text(p, 'title', 100), 'Authenticator'), enciphered, line.factor_seal(key, fresh,
      enciphered)) RETURNING * INTO made;
  RETURN jsonb_build_object('id', made.id, 'title', made.title, 'account', ctx.account_name, 'secret',
    encode(secret, 'hex'));
END $$;

-- What follows from a factor's first proof: recovery codes when there are none, this session shown with it, others
-- ended.
-- callers: none
CREATE OR REPLACE FUNCTION line.accounts_factor_taken(ctx line.context, made line.factor) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE codes text[] := '{}'; code text; n integer;
BEGIN
  UPDATE line.session s SET ended = clock_timestamp(), why_ended = 'a second factor was set up'
    WHERE s.account = ctx.account AND s.ended IS NULL AND s.second IS NULL AND s.id IS DISTINCT FROM line.session_now();
  GET DIAGNOSTICS n = ROW_COUNT;
  UPDATE line.session s SET waits = '', acts = NULL, second = clock_timestamp(), second_kind = made.kind, expires = CASE
    s.waits WHEN '' THEN s.expires
      ELSE s.opened + (SELECT make_interval(hours => x.session_hours) FROM line.state x) END
        WHERE s.id = line.session_now();
  IF NOT EXISTS (SELECT FROM line.recovery_code r WHERE r.account = ctx.account AND r.used IS NULL) THEN
    FOR i IN 1 .. 10 LOOP
      code := encode(substr(line.random32(), 1, 10), 'hex');
      INSERT INTO line.recovery_code (account, code_hash) VALUES (ctx.account, line.token_hash(code));
      codes := codes || (substr(code, 1, 5) || '-' || substr(code, 6, 5) || '-' || substr(code, 11, 5) || '-'
        || substr(code, 16, 5));
    END LOOP;
  END IF;
  PERFORM line.account_tell(ctx.account, 'factor', format('%s was set up as your second factor', made.title));
  RETURN jsonb_build_object('id', made.id, 'kind', made.kind, 'title', made.title, 'made', line.stamp(made.made),
    'recovery_codes', to_jsonb(codes),
    'sessions_ended', n);
END $$;

-- A wrong code here is counted like one at the door.
CREATE OR REPLACE FUNCTION line.accounts_totp_confirm(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted uuid := line.uuid(p, 'id'); f line.factor; step bigint;
BEGIN
  PERFORM line.accounts_factor_guard(ctx);
  SELECT * INTO f FROM line.factor x WHERE x.id = wanted AND x.account = ctx.account AND x.kind = 'totp'
    AND x.confirmed IS NULL
    AND x.made > clock_timestamp() - interval '30 minutes' FOR UPDATE;
  IF f.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  step := line.totp_step(line.factor_secret(f, line.factor_key_needed(ctx, p)),
    regexp_replace(line.need(p, 'code', 20), '\D', '', 'g'), NULL);
  IF step IS NULL THEN
    PERFORM line.refuse(ctx, 'code', 'The code is wrong or too old.',
      'Type the six digits that the app shows now; check the telephone''s clock.'); END IF;
  UPDATE line.factor x SET confirmed = clock_timestamp(), last_step = step WHERE x.id = f.id RETURNING * INTO f;
  RETURN line.accounts_factor_taken(ctx, f);
END $$;

CREATE OR REPLACE FUNCTION line.accounts_webauthn_begin(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE fresh bytea := line.random32(); called text := COALESCE(line.text(p, 'title', 100), 'Security key');
BEGIN
  PERFORM line.accounts_factor_guard(ctx);
  IF line.session_now() IS NULL THEN
    PERFORM line.refuse(ctx, 'session', 'A key is set up by somebody who signed in.', ''); END IF;
  INSERT INTO line.ceremony (challenge, account, session, kind, title)
    VALUES (fresh, ctx.account, line.session_now(), 'register', called);
  RETURN jsonb_build_object('challenge', encode(fresh, 'hex'), 'user', ctx.account, 'name', ctx.account_name, 'title',
    line.accounts_title(ctx.account),
    'known', (SELECT COALESCE(jsonb_agg(encode(f.credential, 'hex')), '[]') FROM line.factor f
      WHERE f.account = ctx.account AND f.kind = 'webauthn' AND f.ended IS NULL));
END $$;

-- The web process has checked the key's answer to this very challenge.
CREATE OR REPLACE FUNCTION line.accounts_webauthn_confirm(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.ceremony; made line.factor; key text;
BEGIN
  PERFORM line.accounts_factor_guard(ctx);
  FOREACH key IN ARRAY ARRAY['challenge', 'credential', 'public_key'] LOOP
    IF line.need(p, key, 4000) !~ '^([0-9a-f]{2})+$' THEN
      PERFORM line.bad(key, 'must be bytes in hexadecimal', ''); END IF;
  END LOOP;
  UPDATE line.ceremony x SET used = clock_timestamp() WHERE x.challenge = decode(p ->> 'challenge', 'hex')
    AND x.session = line.session_now()
    AND x.kind = 'register' AND x.used IS NULL AND x.made > clock_timestamp() - interval '5 minutes' RETURNING * INTO c;
  IF c.challenge IS NULL THEN
    PERFORM line.refuse(ctx, 'challenge', 'The challenge is unknown, used or older than five minutes.',
    'Begin again.'); END IF;
  IF line.cose_key(decode(p ->> 'public_key', 'hex')) IS NULL THEN
    PERFORM line.bad('public_key', 'is of a kind that can''t be checked here',
      'Take a key that signs by ES256, EdDSA or RS256.'); END IF;
  IF EXISTS (SELECT FROM line.factor f WHERE f.credential = decode(accounts_webauthn_confirm.p ->> 'credential', 'hex')
    AND f.ended IS NULL) THEN
    PERFORM line.conflict(ctx, 'exists', 'This key is set up already.', 'Take another key.'); END IF;
  INSERT INTO line.factor (account, kind, title, credential, public_key, sign_count, confirmed)
    VALUES (ctx.account, 'webauthn', c.title,
    decode(p ->> 'credential', 'hex'), decode(p ->> 'public_key', 'hex'), line.int(p, 'sign_count', 0),
      clock_timestamp()) RETURNING * INTO made;
  RETURN line.accounts_factor_taken(ctx, made);
END $$;

CREATE OR REPLACE FUNCTION line.accounts_factor_end(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted uuid := line.uuid(p, 'id'); f line.factor;
BEGIN
  PERFORM line.accounts_factor_guard(ctx);
  SELECT * INTO f FROM line.factor x WHERE x.id = wanted AND x.account = ctx.account AND x.confirmed IS NOT NULL
    AND x.ended IS NULL FOR UPDATE;
  IF f.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF line.second_wanted(ctx.account) AND NOT EXISTS (SELECT FROM line.factor x WHERE x.account = ctx.account
    AND x.confirmed IS NOT NULL
      AND x.ended IS NULL AND x.id <> f.id) THEN
    PERFORM line.refuse(ctx, 'needed', 'Your role needs a second factor, and this is the only one.',
      'Set up another one first.'); END IF;
  UPDATE line.factor x SET ended = clock_timestamp() WHERE x.id = f.id;
  IF line.second_kinds(ctx.account) = '[]' THEN DELETE FROM line.recovery_code r WHERE r.account = ctx.account; END IF;
  PERFORM line.account_tell(ctx.account, 'factor', format('%s is no second factor of yours any more', f.title));
  RETURN jsonb_build_object('id', f.id, 'ended', line.stamp(clock_timestamp()));
END $$;

-- Lost telephone, lost codes: an administrator takes the factors away, never their own. All sessions end; the account
-- hears of it.
CREATE OR REPLACE FUNCTION line.accounts_factor_reset(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.account := line.accounts_need(ctx, p, 'name'); n integer;
BEGIN
  PERFORM line.need(p, 'reason', 2000);
  IF a.id = ctx.account THEN PERFORM line.refuse(ctx, 'self', 'Nobody resets their own factors.',
    'Another administrator has to do it.'); END IF;
  UPDATE line.factor f SET ended = clock_timestamp() WHERE f.account = a.id AND f.ended IS NULL;
  GET DIAGNOSTICS n = ROW_COUNT;
  DELETE FROM line.recovery_code r WHERE r.account = a.id;
  PERFORM line.credentials_end(a.id, 'factors were reset', NULL);
  PERFORM line.account_tell(a.id, 'factor', format('%s took your second factors away', ctx.account_name));
  PERFORM line.overseers_tell(format('%s took the second factors of %s away', ctx.account_name, a.name), ctx.account);
  PERFORM line.hand(a.id, ctx.account, 'reset');
  RETURN jsonb_build_object('name', a.name, 'factors_ended', n);
END $$;
