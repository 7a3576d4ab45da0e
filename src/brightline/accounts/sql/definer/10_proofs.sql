-- What a session alone isn't enough for: the password or a code is shown anew; and what ends with credentials.
-- callers: none

CREATE OR REPLACE FUNCTION line.overseers_tell(said text, never uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.account_tell(g.account, 'session', said) FROM (SELECT DISTINCT x.account FROM line.role_grant x
    WHERE x.role = 'overseer' AND x.account IS DISTINCT FROM never AND line.accounts_live(x)) g
$$;

-- Everything that lets anybody act as this account: sessions, service tokens, keys being set up, attempts under way,
-- the browsers that are known, and standing orders made since `orders` (NULL: all of them), which a session of an
-- intruder may have left behind. How many sessions ended.
CREATE OR REPLACE FUNCTION line.credentials_end(who uuid, why text, orders timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer; tokens integer; standing integer; now_ timestamptz := clock_timestamp();
BEGIN
  UPDATE line.session s SET ended = now_, why_ended = left(why, 200) WHERE s.account = who AND s.ended IS NULL;
  GET DIAGNOSTICS n = ROW_COUNT;
  UPDATE line.service_token t SET ended = now_ WHERE t.account = who AND t.ended IS NULL;
  GET DIAGNOSTICS tokens = ROW_COUNT;
  UPDATE line.standing_order o SET ended = now_ WHERE o.account = who AND o.ended IS NULL
    AND (orders IS NULL OR o.made >= orders);
  GET DIAGNOSTICS standing = ROW_COUNT;
  UPDATE line.ceremony c SET used = now_ WHERE c.account = who AND c.used IS NULL;
  UPDATE line.attempt a SET judged = now_, held = false WHERE a.account = who AND a.judged IS NULL;
  UPDATE line.account a SET known_since = now_ WHERE a.id = who;
  IF tokens + standing > 0 THEN
    PERFORM line.account_tell(who, 'session', format('%s service tokens and %s standing orders of yours ended: %s',
      tokens, standing, left(why, 200)));
  END IF;
  RETURN n;
END $$;

-- The first step (21_attempts.sql): ten of an account within an hour lock this for a quarter of an hour; signing in
-- goes on.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_prove(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.attempt; shown text := line.text(p, 'proof', 64); code text; done jsonb;
BEGIN
  IF line.session_now() IS NULL THEN
    PERFORM line.refuse(ctx, 'session', 'This is for somebody who signed in.', ''); END IF;
  a.kind := 'proof'; a.name := ctx.account_name; a.account := ctx.account; a.session := line.session_now();
  IF shown IS NOT NULL THEN
    IF shown !~ '^[0-9a-f]{64}$' THEN
      PERFORM line.bad('proof', 'must be 32 bytes in hexadecimal', 'Let the program make it.'); END IF;
    a.method := 'password'; a.guess := sha256(decode(shown, 'hex'));
  ELSE
    code := regexp_replace(lower(line.need(p, 'code', 60)), '[^a-z0-9]', '', 'g');
    a.method := CASE WHEN length(code) = 6 THEN 'totp' ELSE 'recovery' END;
    a.guess := CASE a.method WHEN 'totp' THEN line.attempt_guess(ctx.account, code) ELSE line.token_hash(code) END;
    a.again := line.attempt_again(ctx.account, a.guess, a.method);
  END IF;
  done := line.attempt_write(a, ARRAY[line.attempt_hash('proof', ctx.account::text)], ARRAY[10],
    line.attempt_hash('name', ctx.account_name),
    line.attempt_hash('source', ''));
  IF NOT done ? 'attempt' THEN
    PERFORM line.refuse(ctx, 'locked', 'Too many wrong passwords or codes were shown for this account.',
      format('Try again in %s minutes.', ceil((done ->> 'retry_after')::numeric / 60)));
  END IF;
  RETURN done;
END $$;

-- The second step: what was shown is this account's, in this session. `p` names the attempt.
CREATE OR REPLACE FUNCTION line.accounts_proved(ctx line.context, p jsonb, password_alone boolean
  DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.attempt; wanted uuid := line.uuid(p, 'attempt'); right_ boolean;
BEGIN
  IF wanted IS NULL THEN
    PERFORM line.refuse(ctx, 'proof', 'This needs your password or a code once more.',
      'Show it with the request: a session alone is not enough.'); END IF;
  a := line.attempt_take(wanted, 'proof');
  right_ := a.id IS NOT NULL AND a.account = ctx.account AND a.session IS NOT DISTINCT
    FROM line.session_now() AND CASE a.method
    WHEN 'password' THEN NOT line.accounts_federated(ctx.account) AND EXISTS (SELECT FROM line.account x
      WHERE x.id = ctx.account AND x.verifier = a.guess)
    ELSE NOT password_alone AND line.second_right(a, line.factor_key_brought(p)) END;
  IF NOT COALESCE(right_, false) THEN
    IF a.method = 'totp' AND line.factors_shut(ctx.account, line.factor_key_brought(p)) THEN
      PERFORM line.refuse(ctx, 'factor_key',
        'Your authenticator was set up under another key than this installation has now.',
        'Show your password instead, and set the authenticator up anew.'); END IF;
    PERFORM line.refuse(ctx, 'password', CASE WHEN password_alone THEN 'The old password is wrong.'
      ELSE 'The password or code is wrong.' END,
      'Type it again, or ask an administrator to reset it.'); END IF;
  PERFORM line.attempt_held(a);
END $$;
