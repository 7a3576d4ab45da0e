-- Back to a log without witnesses. What others said of it isn't thrown away in silence.
DO $$
BEGIN
  IF EXISTS (SELECT FROM ledger.rotation) OR EXISTS (SELECT FROM ledger.cosignature) OR EXISTS (SELECT FROM ledger.stamp) THEN
    RAISE EXCEPTION 'the ledger has cosignatures, time-stamps or rotated keys: it can be exported and kept, not migrated back';
  END IF;
END $$;
-- How the log is doing, without reading an entry. `pending`: entries no checkpoint covers yet.
CREATE OR REPLACE FUNCTION ledger.health() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s ledger.state;
  c ledger.checkpoint;
  slot record;
  lag bigint;
  alarms text[] := '{}';
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
  RETURN jsonb_build_object('size', s.size, 'root', replace(encode(c.root, 'base64'), E'\n', ''), 'checkpoint_size', c.size,
    'checkpoint_at', c.at, 'origin', s.origin, 'key', s.ledger_key, 'receipt_key', s.receipt_key,
    'slot', COALESCE(slot.wal_status, 'missing'), 'lag_bytes', lag, 'pending', s.size - COALESCE(c.size, 0),
    'seen', s.seen, 'ok', alarms = '{}', 'alarms', to_jsonb(alarms));
END $$;
DROP FUNCTION ledger.others();
ALTER TABLE ledger.state DROP COLUMN newest, DROP COLUMN timeline, DROP COLUMN quorum, DROP COLUMN stamping;
DROP TABLE ledger.rotation, ledger.cosignature, ledger.witness, ledger.stamp;
