-- Attempts, in two steps. First: what is shown (a proof, a code) is written down, counted as wrong, and committed;
-- nothing is compared. Second, in another transaction: that very row is compared, once. So a ROLLBACK takes no count
-- back, and repeating the comparison tells nothing new, since what is compared lies fixed in the row (ATTACKS F8).
--
-- Counted by lanes, so that a stranger locks out nobody but himself (ATTACKS R11): a browser that opened a session of
-- the account before has a lane of its own; everybody else shares one by name and source, one by name, one by source. A
-- source is what the web process says it is, so the lane by name alone bounds whoever holds the sign-in's password.
-- callers: none

CREATE OR REPLACE FUNCTION line.attempt_hash(kind text, what text) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(convert_to(kind || chr(1) || what, 'UTF8'));

-- What is kept of a code: it has few digits, so it is hashed with a secret of the database.
CREATE OR REPLACE FUNCTION line.attempt_guess(who uuid, code text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN sha256((SELECT s.value FROM line.secret s WHERE s.name = 'challenge') || uuid_send(who) ||
  convert_to(code, 'UTF8'));

-- Whether this browser opened a session of the account before, since its credentials last ended.
CREATE OR REPLACE FUNCTION line.device_known(who uuid, device text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.session s JOIN line.account a ON a.id = s.account WHERE s.account = who
  AND s.device_hash = line.token_hash(device)
  AND s.waits = '' AND s.opened > a.known_since AND s.opened > clock_timestamp() - interval '180 days');

-- Holds the lanes' rows until the transaction ends, in one order for everybody (a deadlock would take the count back),
-- so that attempts at once are counted one after another. Until when any of them is locked; NULL: none.
CREATE OR REPLACE FUNCTION line.attempt_hold(lanes bytea[]) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE lane bytea; until timestamptz; shut timestamptz;
BEGIN
  FOR lane IN SELECT o FROM unnest(lanes) o ORDER BY o LOOP
    INSERT INTO line.login_attempt AS x (name_hash) VALUES (lane) ON CONFLICT (name_hash) DO NOTHING;
    SELECT x.locked_until INTO until FROM line.login_attempt x WHERE x.name_hash = lane FOR UPDATE;
    IF until > clock_timestamp() THEN shut := GREATEST(shut, until); END IF;
  END LOOP;
  RETURN shut;
END $$;

-- One more in a lane that is held; whether that locks it. A lane without attempts for an hour begins anew.
CREATE OR REPLACE FUNCTION line.attempt_count(lane bytea, most integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE l line.login_attempt; now_ timestamptz := clock_timestamp();
BEGIN
  SELECT * INTO l FROM line.login_attempt x WHERE x.name_hash = lane;
  IF l.locked_until IS NOT NULL OR l.last < now_ - interval '1 hour' THEN l.failed := 0; END IF;
  UPDATE line.login_attempt x SET failed = l.failed + 1, last = now_,
    locked_until = CASE WHEN l.failed + 1 >= most THEN now_ + interval '15 minutes' END WHERE x.name_hash = lane;
  RETURN l.failed + 1 >= most;
END $$;

-- It was right: its own lane begins anew, in the shared ones it doesn't count. Those aren't emptied: whoever has an
-- account of their own would empty them between guesses.
CREATE OR REPLACE FUNCTION line.attempt_held(a line.attempt) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE line.attempt x SET held = true WHERE x.id = a.id;
  DELETE FROM line.login_attempt l WHERE l.name_hash = a.lanes[1];
  UPDATE line.login_attempt l SET failed = GREATEST(l.failed - 1, 0), locked_until = NULL
    WHERE l.name_hash = ANY (a.lanes[2:]);
END $$;

-- Many names locked, or one name from many places: told to overseers and administrators once in an hour. Written
-- whether accounts of these names exist or not.
CREATE OR REPLACE FUNCTION line.lockout_note(name_hash bytea, source_hash bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE names integer; places integer; since timestamptz := clock_timestamp() - interval '1 hour'; said text;
BEGIN
  INSERT INTO line.lockout (name_hash, source_hash) VALUES (name_hash, source_hash);
  SELECT count(DISTINCT l.name_hash), count(DISTINCT l.source_hash) FILTER
    (WHERE l.name_hash = lockout_note.name_hash) INTO names, places
    FROM line.lockout l WHERE l.at > since;
  IF names < 5 AND places < 5 THEN RETURN; END IF;
  -- One row stands for the alarm of the hour; its lock makes one of several at once.
  INSERT INTO line.login_attempt AS l (name_hash, last) VALUES (line.attempt_hash('alarm', ''), clock_timestamp())
    ON CONFLICT ON CONSTRAINT login_attempt_pkey DO UPDATE SET last = clock_timestamp() WHERE l.last < since;
  IF NOT FOUND THEN RETURN; END IF;
  said := CASE WHEN names >= 5 THEN format('wrong passwords have locked %s names within an hour', names)
    ELSE format('wrong passwords for one name come from %s places within an hour', places) END;
  PERFORM line.session_entry(NULL, NULL, 'session_lockouts', 'flagged', said, jsonb_build_object('names',
    names, 'places', places));
  PERFORM line.account_tell(g.account, 'session', said) FROM (SELECT DISTINCT x.account FROM line.role_grant x
    WHERE x.role IN ('overseer', 'admin') AND line.accounts_live(x)) g;
END $$;

-- For the account, as it comes in: what was tried at its name meanwhile.
CREATE OR REPLACE FUNCTION line.lockout_tell(who line.account) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer; last timestamptz;
BEGIN
  WITH told AS (UPDATE line.lockout l SET told = clock_timestamp() WHERE l.told IS NULL
      AND l.name_hash IN (line.attempt_hash('name', who.name), line.attempt_hash('second',
        who.id::text)) RETURNING l.at)
    SELECT count(*), max(t.at) INTO n, last FROM told t;
  IF n > 0 THEN
    PERFORM line.account_tell(who.id, 'session',
      format('wrong passwords or codes for your account were stopped %s times, last on %s', n,
      to_char(last AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')));
  END IF;
END $$;

CREATE OR REPLACE FUNCTION line.attempt_shut(until timestamptz) RETURNS jsonb
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('ok', false, 'locked_until', line.stamp(until),
  'retry_after', GREATEST(1, ceil(extract(epoch FROM until - clock_timestamp())))::integer);

-- Counts in each lane and writes the attempt down: {attempt}, or {ok: false, locked_until, retry_after} and nothing
-- counted, so that hammering at a locked lane locks no other. `a` brings everything but id, time and lanes.
CREATE OR REPLACE FUNCTION line.attempt_write(a line.attempt, lanes bytea[], mosts integer[], named bytea,
  source bytea) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made uuid; shut timestamptz := line.attempt_hold(lanes); newly boolean := false;
BEGIN
  IF shut IS NOT NULL THEN RETURN line.attempt_shut(shut); END IF;
  DELETE FROM line.attempt x WHERE x.id IN
    (SELECT y.id FROM line.attempt y WHERE y.made < clock_timestamp() - interval '1 day' ORDER BY y.made LIMIT 100
      FOR UPDATE SKIP LOCKED);
  FOR i IN 1 .. cardinality(lanes) LOOP newly := line.attempt_count(lanes[i], mosts[i]) OR newly; END LOOP;
  IF newly THEN PERFORM line.lockout_note(named, source); END IF;
  INSERT INTO line.attempt (kind, method, name, account, session, lanes, guess, again)
    VALUES (a.kind, a.method, a.name, a.account, a.session, lanes, a.guess, COALESCE(a.again, false))
      RETURNING id INTO made;
  RETURN jsonb_build_object('attempt', made);
END $$;

-- The row of an attempt that an earlier transaction committed and nobody compared yet, marked as compared; NULL for any
-- other.
CREATE OR REPLACE FUNCTION line.attempt_take(wanted uuid, of_kind text) RETURNS line.attempt
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.attempt; none line.attempt;
BEGIN
  SELECT * INTO a FROM line.attempt x WHERE x.id = wanted FOR UPDATE;
  IF a.id IS NULL OR a.kind <> of_kind OR a.judged IS NOT NULL OR a.made < clock_timestamp() - interval '2 minutes'
     OR a.tx = pg_current_xact_id() OR pg_xact_status(a.tx) IS DISTINCT FROM 'committed' THEN RETURN none; END IF;
  UPDATE line.attempt x SET judged = clock_timestamp(), held = false WHERE x.id = a.id;
  RETURN a;
END $$;

-- Until when the attempt's lanes are locked, now that it was counted.
CREATE OR REPLACE FUNCTION line.attempt_until(a line.attempt) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE WHEN max(l.locked_until) IS NULL THEN jsonb_build_object('ok', false, 'locked_until', NULL)
    ELSE line.attempt_shut(max(l.locked_until)) END
  FROM line.login_attempt l WHERE l.name_hash = ANY (a.lanes) AND l.locked_until > clock_timestamp());

-- Whether the code was shown before for this account: a code's step is spent when it is shown, right or wrong, not when
-- it opens.
CREATE OR REPLACE FUNCTION line.attempt_again(who uuid, shown bytea, how text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.attempt a WHERE a.account = who AND a.guess = shown AND a.method = how
  AND (how = 'recovery' OR a.made > clock_timestamp() - interval '3 minutes'));

-- ------------------------------------------------------------------------------------ the first steps

-- A password: `proof` is what session_open took before. device: the browser's secret, where it has one.
-- callers: login
CREATE OR REPLACE FUNCTION line.session_attempt(name text, proof bytea, source text, device text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  a line.attempt; folded text := left(lower(btrim(name)), 200);
  place text := left(COALESCE(source, ''), 200); who uuid; done jsonb;
  named bytea := line.attempt_hash('name', folded); placed bytea := line.attempt_hash('source', place);
BEGIN
  a.kind := 'password'; a.method := 'password'; a.name := folded; a.guess := sha256(COALESCE(proof, ''));
  SELECT x.id INTO who FROM line.account x WHERE x.name = folded;
  IF line.device_known(who, device) THEN
    done := line.attempt_write(a, ARRAY[line.attempt_hash('device', folded || chr(1) || encode(line.token_hash(device),
      'hex'))], ARRAY[10], named, placed);
  ELSE
    done := line.attempt_write(a, ARRAY[line.attempt_hash('pair', folded || chr(1) || place), named, placed],
      ARRAY[10, 60, 100], named, placed);
  END IF;
  IF NOT done ? 'attempt' THEN PERFORM line.session_entry(NULL, folded, 'session_open', 'refused', 'locked'); END IF;
  RETURN done;
END $$;

-- A code. Five of them end the session that tried, ten lock the account's second step: for a known browser its own.
-- callers: login
CREATE OR REPLACE FUNCTION line.session_second_attempt(token text, kind text, given text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s line.session := line.second_session(token); a line.attempt; called text; done jsonb; lane bytea; known boolean;
  code text := regexp_replace(lower(left(COALESCE(given, ''), 60)), '[^a-z0-9]', '', 'g');
BEGIN
  IF s.id IS NULL THEN
    PERFORM line.session_entry(NULL, NULL, 'session_second', 'refused', 'no session that waits');
    RETURN jsonb_build_object('ok', false);
  END IF;
  PERFORM FROM line.session x WHERE x.id = s.id FOR UPDATE;
  SELECT x.name INTO called FROM line.account x WHERE x.id = s.account;
  IF (SELECT count(*) FROM line.attempt x WHERE x.session = s.id AND x.kind = 'second') >= 5 THEN
    UPDATE line.session x SET ended = clock_timestamp(), why_ended = 'wrong codes' WHERE x.id = s.id;
    PERFORM line.session_entry(s.account, called, 'session_second', 'refused', 'wrong codes');
    RETURN jsonb_build_object('ok', false);
  END IF;
  a.kind := 'second'; a.method := CASE WHEN kind IN ('totp', 'recovery') THEN kind ELSE 'none' END; a.name := called;
  a.account := s.account; a.session := s.id;
  a.guess := CASE a.method WHEN 'recovery' THEN line.token_hash(code) ELSE line.attempt_guess(s.account, code) END;
  a.again := line.attempt_again(s.account, a.guess, a.method);
  known := EXISTS (SELECT FROM line.session x JOIN line.account b ON b.id = x.account WHERE x.account = s.account
    AND x.device_hash = s.device_hash
    AND x.id <> s.id AND x.waits = '' AND x.opened > b.known_since
      AND x.opened > clock_timestamp() - interval '180 days');
  lane := line.attempt_hash('second', s.account::text || CASE WHEN known THEN encode(s.device_hash, 'hex') ELSE '' END);
  done := line.attempt_write(a, ARRAY[lane], ARRAY[10], line.attempt_hash('second', s.account::text),
    line.attempt_hash('source', ''));
  IF NOT done ? 'attempt' THEN PERFORM line.session_entry(s.account, called, 'session_second',
    'refused', 'locked'); END IF;
  RETURN done;
END $$;
