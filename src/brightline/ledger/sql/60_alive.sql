-- Does the log go on? Said by the worker, kept in two tables, and told to everybody from one function.
-- callers: none

-- What the worker's parts did lately, as ages in seconds: clocks of two machines need not agree. A part that isn't told
-- of any more is forgotten. A second worker, whose sequencer gets no turn, doesn't speak for the first. Acts go on for
-- what the sequencer says only as far as the database itself made a turn for it (`seen` of ledger.state, moved by
-- ledger.integrate), and as far as what was filed is signed: whoever turns the crank and keeps the signer out keeps no
-- acts going.
-- callers: sequencer
CREATE OR REPLACE FUNCTION ledger.beat(process integer, parts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE now_ timestamptz := clock_timestamp(); last timestamptz; turned timestamptz; waits timestamptz;
BEGIN
  INSERT INTO ledger.heartbeat AS h (part, process, begun, seen, failing, fault, told)
    SELECT p.part, beat.process, now_ - make_interval(secs => GREATEST(p.begun, 0)),
        CASE WHEN p.seen >= 0 THEN now_ - make_interval(secs => p.seen) END,
        CASE WHEN p.failing >= 0 THEN now_ - make_interval(secs => p.failing) END,
        CASE WHEN p.failing >= 0 THEN left(p.fault, 500) END, now_
      FROM jsonb_to_recordset(beat.parts) AS p(part text, begun float8, seen float8, failing float8, fault text)
    ON CONFLICT (part) DO UPDATE SET process = EXCLUDED.process, begun = EXCLUDED.begun, seen = EXCLUDED.seen,
        failing = EXCLUDED.failing, fault = EXCLUDED.fault, told = EXCLUDED.told
      WHERE h.process = EXCLUDED.process OR h.told < now_ - interval '30 seconds'
        OR COALESCE(EXCLUDED.seen, '-infinity') > COALESCE(h.seen, '-infinity');
  DELETE FROM ledger.heartbeat h WHERE h.told < now_ - interval '1 minute'
    AND NOT EXISTS (SELECT FROM jsonb_to_recordset(beat.parts) AS p(part text) WHERE p.part = h.part);
  SELECT h.seen INTO last FROM ledger.heartbeat h WHERE h.part = 'sequencer';
  -- A clock that was set back takes `at` back with it: it must not hold for the hours until the clock is there again.
  SELECT s.seen, s.unsigned INTO turned, waits FROM ledger.state s;
  IF last > now_ - interval '30 seconds' AND turned > now_ - interval '30 seconds' THEN
    UPDATE ledger.alive SET at = LEAST(last, turned, now_, CASE WHEN waits < now_ - interval '1 minute' THEN waits END);
  END IF;
END $$;

-- How the log is doing, without reading an entry. `pending`: entries no checkpoint covers yet. `alarms` is all that
-- somebody should look at; `failing` the part of it without which the log doesn't go on. Acts are refused from
-- `stops_at` on.
-- callers: reader, writer, sequencer, owner, overseer
CREATE OR REPLACE FUNCTION ledger.health() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s ledger.state;
  c ledger.checkpoint;
  a ledger.alive;
  slot record;
  lag bigint;
  last timestamptz;
  worker timestamptz;
  stops timestamptz;
  late timestamptz := clock_timestamp() - interval '1 minute';
  failing text[] := '{}';
  alarms text[] := '{}';
  others jsonb := ledger.others();
BEGIN
  SELECT * INTO s FROM ledger.state;
  SELECT * INTO a FROM ledger.alive;
  SELECT * INTO c FROM ledger.checkpoint k ORDER BY k.size DESC LIMIT 1;
  SELECT r.slot_name, r.wal_status, r.confirmed_flush_lsn INTO slot FROM pg_get_replication_slots() r
    JOIN pg_database d ON d.oid = r.datoid AND d.datname = current_database()
    WHERE r.slot_name = 'brightline_' || left(regexp_replace(lower(current_database()), '[^a-z0-9_]', '_', 'g'), 50);
  lag := pg_wal_lsn_diff(pg_current_wal_flush_lsn(), slot.confirmed_flush_lsn)::bigint;
  last := s.seen;
  SELECT max(h.told) INTO worker FROM ledger.heartbeat h;
  stops := a.at + a.stop_after;
  IF slot.slot_name IS NULL THEN
    failing := failing || 'the slot is missing: entries may be lost; brightline ledger renew makes it anew'::text;
  ELSIF slot.wal_status IN ('unreserved', 'lost') THEN
    failing := failing ||
      format('the slot is %s: entries may be lost; brightline ledger renew makes it anew', slot.wal_status);
  END IF;
  IF lag > 268435456 THEN failing := failing || format('the sequencer is %s MB behind', lag / 1048576); END IF;
  -- Whatever the bytes: one act of a minute ago that isn't in the table is one that nobody who watches can see.
  IF last < late AND lag > 0 THEN
    failing := failing || format('the sequencer was last seen at %s, and entries wait', line.stamp(last));
  END IF;
  IF s.unsigned < late THEN
    failing := failing ||
      format('no checkpoint was signed since %s, and entries wait for one: the signer doesn''t get its turn, or can''t '
        'sign', line.stamp(s.unsigned));
  END IF;
  IF worker < late THEN failing := failing || format('the worker was last seen at %s', line.stamp(worker)); END IF;
  IF s.alarm IS NOT NULL THEN failing := failing || s.alarm; END IF;
  IF stops < clock_timestamp() THEN
    failing := failing || format('acts have been refused since %s: the log stands still', line.stamp(stops));
  END IF;
  alarms := failing || array_remove(ARRAY[ledger.own_alarm()], NULL) ||
    ARRAY(SELECT format('%s has failed since %s: %s', h.part, line.stamp(h.failing), h.fault)
    FROM ledger.heartbeat h WHERE h.failing < clock_timestamp() - interval '5 minutes' ORDER BY h.part);
  IF EXISTS (SELECT FROM ledger.entry e WHERE e.act = 'clock' AND e.at > clock_timestamp() - interval '1 day') THEN
    alarms := alarms || 'the clock went back within the last day: the entries of act clock say when'::text;
  END IF;
  -- For a month: whoever watches has a new key to take, and something to ask.
  alarms := alarms || ARRAY(SELECT format('the log was set back and goes on as %s since %s: entry %s says what is lost',
      split_part(convert_from(e.head, 'UTF8')::jsonb ->> 'new', '+', 1), line.stamp(r.at), r.index)
    FROM ledger.rotation r JOIN ledger.entry e ON e.index = r.index
    WHERE e.act = 'continue' AND r.at > clock_timestamp() - interval '30 days' ORDER BY r.index);
  alarms := alarms || ARRAY(SELECT format('the witness %s: %s', w.name, w.fault) FROM ledger.witness w
    WHERE w.listed AND w.grave ORDER BY w.name);
  IF s.quorum > 0 AND EXISTS (SELECT FROM ledger.checkpoint k
    WHERE k.size > COALESCE((others ->> 'witnessed')::bigint, 0)
      AND k.at < clock_timestamp() - interval '15 minutes') THEN
    alarms := alarms || format('no %s witnesses cosigned anything newer than %s entries for 15 minutes', s.quorum,
      COALESCE(others ->> 'witnessed', '0'));
  END IF;
  RETURN jsonb_build_object('size', s.size, 'root', replace(encode(c.root, 'base64'), E'\n', ''),
    'checkpoint_size', c.size,
    'checkpoint_at', c.at, 'origin', s.origin, 'key', s.ledger_key, 'receipt_key', s.receipt_key,
    'slot', COALESCE(slot.wal_status, 'missing'), 'lag_bytes', lag, 'pending', s.size - COALESCE(c.size, 0),
    'seen', last, 'ok', alarms = '{}', 'alarms', to_jsonb(alarms), 'failing', to_jsonb(failing),
    'worker_seen', worker, 'stops_at', stops, 'stopped', COALESCE(stops < clock_timestamp(), false), 'stop_seconds',
      extract(epoch FROM a.stop_after)::integer,
    'parts', COALESCE((SELECT jsonb_agg(jsonb_build_object('part', h.part, 'seen', h.seen, 'failing', h.failing,
      'fault', h.fault) ORDER BY h.part) FROM ledger.heartbeat h), '[]')) || others;
END $$;

-- The same in three words, for those who start and watch the installation without signing in: no name, no fault, no
-- figure. And whether all of it is a demo. In schema line, where the web process's second login may go.
-- callers: policy, owner
CREATE OR REPLACE FUNCTION line.log_pulse() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object(
  'ledger', CASE WHEN (h.told ->> 'stopped')::boolean THEN 'stopped' WHEN h.told -> 'failing' <> '[]' THEN 'failing'
    WHEN h.told ->> 'checkpoint_size' IS NULL THEN 'starting' WHEN h.told -> 'alarms' <> '[]'
      THEN 'alarm' ELSE 'ok' END,
  'worker', CASE WHEN h.told ->> 'worker_seen' IS NULL THEN 'starting'
    WHEN (h.told ->> 'worker_seen')::timestamptz < clock_timestamp() - interval '1 minute' THEN 'failing' ELSE 'ok' END,
  'stops_at', h.told -> 'stops_at', 'demo', line.demo_told()) FROM (SELECT ledger.health() AS told) h);

-- What was done to the log on its own machine, by whom and why, as an entry. For the installer alone.
CREATE OR REPLACE FUNCTION ledger.tell(act text, outcome text, who text, why text, more jsonb) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE id uuid := gen_random_uuid(); done bytea;
BEGIN
  done := line.emit(id, jsonb_build_object('time', line.stamp(clock_timestamp()), 'act', act, 'name', 'ledger_' ||
    act, 'outcome', outcome),
    jsonb_build_object('by', who, 'reason', why) || more, false, true);
  RETURN id;
END $$;

-- The log goes on by somebody's word, after a turn that went well: acts are answered again, without waiting for a
-- heartbeat.
CREATE OR REPLACE FUNCTION ledger.go_on(who text, why text) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE since timestamptz;
BEGIN
  SELECT a.at INTO since FROM ledger.alive a;
  UPDATE ledger.alive a SET at = clock_timestamp();
  RETURN ledger.tell('resume', 'ok', who, why, jsonb_build_object('since', line.stamp(since)));
END $$;

-- After how many minutes of standing still acts are refused; a change is an entry.
CREATE OR REPLACE FUNCTION ledger.stop_after(minutes integer, who text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE before interval; done uuid;
BEGIN
  SELECT a.stop_after INTO before FROM ledger.alive a;
  IF before = make_interval(mins => minutes) THEN RETURN false; END IF;
  UPDATE ledger.alive a SET stop_after = make_interval(mins => minutes);
  done := ledger.tell('setting', 'ok', who, 'Minutes after which a log that stands still takes no more acts.',
    jsonb_build_object('from', extract(epoch FROM before) / 60, 'to', minutes));
  RETURN true;
END $$;
