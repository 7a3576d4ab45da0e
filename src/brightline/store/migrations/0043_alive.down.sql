-- Back to a log that is alive as long as its table grows: health as it was, and nothing that stops acts.
DROP FUNCTION IF EXISTS line.log_pulse();
DROP FUNCTION IF EXISTS ledger.beat(integer, jsonb);
DROP FUNCTION IF EXISTS ledger.go_on(text, text);
DROP FUNCTION IF EXISTS ledger.stop_after(integer, text);
DROP FUNCTION IF EXISTS ledger.tell(text, text, text, text, jsonb);
-- How the log is doing, without reading an entry. `pending`: entries no checkpoint covers yet.
CREATE OR REPLACE FUNCTION ledger.health() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s ledger.state;
  c ledger.checkpoint;
  slot record;
  lag bigint;
  alarms text[] := '{}';
  others jsonb := ledger.others();
BEGIN
  SELECT * INTO s FROM ledger.state;
  SELECT * INTO c FROM ledger.checkpoint k ORDER BY k.size DESC LIMIT 1;
  SELECT r.slot_name, r.wal_status, r.confirmed_flush_lsn INTO slot FROM pg_get_replication_slots() r
    JOIN pg_database d ON d.oid = r.datoid AND d.datname = current_database()
    WHERE r.slot_name = 'brightline_' || left(regexp_replace(lower(current_database()), '[^a-z0-9_]', '_', 'g'), 50);
  lag := pg_wal_lsn_diff(pg_current_wal_flush_lsn(), slot.confirmed_flush_lsn)::bigint;
  IF slot.slot_name IS NULL THEN alarms := alarms || 'the slot is missing: entries may be lost'::text; END IF;
  IF slot.wal_status IN ('unreserved', 'lost') THEN alarms := alarms || ('the slot is ' || slot.wal_status); END IF;
  IF lag > 268435456 THEN alarms := alarms || format('the sequencer is %s MB behind', lag / 1048576); END IF;
  IF s.seen < clock_timestamp() - interval '1 minute' AND lag > 1048576 THEN
    alarms := alarms || format('the sequencer was last seen at %s', s.seen);
  END IF;
  IF s.alarm IS NOT NULL THEN alarms := alarms || s.alarm; END IF;
  IF EXISTS (SELECT FROM ledger.entry e WHERE e.act = 'clock' AND e.at > clock_timestamp() - interval '1 day') THEN
    alarms := alarms || 'the clock went back within the last day: the entries of act clock say when'::text;
  END IF;
  alarms := alarms || ARRAY(SELECT format('the witness %s: %s', w.name, w.fault) FROM ledger.witness w
    WHERE w.listed AND w.grave ORDER BY w.name);
  IF s.quorum > 0 AND EXISTS (SELECT FROM ledger.checkpoint k WHERE k.size > COALESCE((others ->> 'witnessed')::bigint, 0)
      AND k.at < clock_timestamp() - interval '15 minutes') THEN
    alarms := alarms || format('no %s witnesses cosigned anything newer than %s entries for 15 minutes', s.quorum,
      COALESCE(others ->> 'witnessed', '0'));
  END IF;
  RETURN jsonb_build_object('size', s.size, 'root', replace(encode(c.root, 'base64'), E'\n', ''), 'checkpoint_size', c.size,
    'checkpoint_at', c.at, 'origin', s.origin, 'key', s.ledger_key, 'receipt_key', s.receipt_key,
    'slot', COALESCE(slot.wal_status, 'missing'), 'lag_bytes', lag, 'pending', s.size - COALESCE(c.size, 0),
    'seen', s.seen, 'ok', alarms = '{}', 'alarms', to_jsonb(alarms)) || others;
END $$;
DROP TABLE ledger.heartbeat, ledger.alive;
