-- What others say of the log: witnesses' cosignatures and time-stamps over its checkpoints; and the keys that follow one
-- another. Rows are only ever added, but for what this log thinks of each witness.

-- A rotation of the signing key: the entry that introduces the new one, and the checkpoint that both keys signed.
CREATE TABLE ledger.rotation (
  index bigint PRIMARY KEY REFERENCES ledger.entry (index),
  size  bigint NOT NULL REFERENCES ledger.checkpoint (size),
  at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A cosignature that was checked: `line` as it stands in the note, `at` as the witness states it.
CREATE TABLE ledger.cosignature (
  size     bigint NOT NULL REFERENCES ledger.checkpoint (size),
  witness  text NOT NULL,
  line     text NOT NULL,
  at       timestamptz NOT NULL,
  received timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (size, witness)
);

-- A witness as this log knows it. `size`: what it cosigned last; `fault`: why the last try failed; `grave`: the fault can
-- only come from a history that was changed.
CREATE TABLE ledger.witness (
  vkey   text PRIMARY KEY,
  name   text NOT NULL,
  url    text NOT NULL,
  listed boolean NOT NULL DEFAULT true,
  size   bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
  at     timestamptz,
  tried  timestamptz,
  fault  text,
  grave  boolean NOT NULL DEFAULT false
);

-- A time-stamp (RFC 3161) over the text of a checkpoint: `response` in DER, as the authority gave it.
CREATE TABLE ledger.stamp (
  size      bigint NOT NULL REFERENCES ledger.checkpoint (size),
  authority text NOT NULL,
  response  bytea NOT NULL,
  at        timestamptz NOT NULL,
  received  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (size, authority)
);

--   newest     the latest time that an entry stated: a clock that was set back shows against it
--   timeline   the server's timeline: another one means that a standby took over, or that a backup was restored to a point
--   quorum     how many witnesses must have cosigned a checkpoint before it counts as witnessed
--   stamping   why the last time-stamp couldn't be had
ALTER TABLE ledger.state ADD COLUMN newest timestamptz, ADD COLUMN timeline integer, ADD COLUMN quorum integer NOT NULL DEFAULT 0 CHECK (quorum >= 0),
  ADD COLUMN stamping text;

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['rotation', 'cosignature', 'stamp'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON ledger.%I FOR EACH ROW EXECUTE FUNCTION ledger.keep()', t || '_kept', t);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON ledger.%I EXECUTE FUNCTION ledger.keep()', t || '_not_emptied', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['rotation', 'cosignature', 'stamp', 'witness'] LOOP
    EXECUTE format('ALTER TABLE ledger.%I OWNER TO brightline_line', t);
    EXECUTE format('GRANT SELECT ON ledger.%I TO brightline_reader, brightline_sequencer, brightline_backup', t);
    EXECUTE format('GRANT INSERT ON ledger.%I TO brightline_sequencer', t);
  END LOOP;
END $own$;
GRANT UPDATE (name, url, listed, size, at, tried, fault, grave) ON ledger.witness TO brightline_sequencer;
GRANT UPDATE (newest, timeline, quorum, stamping) ON ledger.state TO brightline_sequencer;

-- What others say of the log, for status and doctor. `witnessed`: the largest tree that a quorum cosigned.
CREATE FUNCTION ledger.others() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object(
  'quorum', s.quorum,
  'witnesses', COALESCE((SELECT jsonb_agg(jsonb_build_object('name', w.name, 'key', w.vkey, 'url', w.url, 'size', w.size,
      'at', w.at, 'tried', w.tried, 'fault', w.fault, 'grave', w.grave) ORDER BY w.name, w.vkey)
    FROM ledger.witness w WHERE w.listed), '[]'),
  'witnessed', CASE WHEN s.quorum > 0 THEN (SELECT max(c.size) FROM (SELECT k.size FROM ledger.cosignature k
    JOIN ledger.witness w ON w.vkey = k.witness AND w.listed GROUP BY k.size HAVING count(*) >= s.quorum) c) END,
  'stamped', (SELECT max(t.size) FROM ledger.stamp t), 'stamped_at', (SELECT max(t.at) FROM ledger.stamp t),
  'stamping', s.stamping, 'rotations', (SELECT count(*) FROM ledger.rotation))
  FROM ledger.state s);
ALTER FUNCTION ledger.others() OWNER TO brightline_line;
REVOKE ALL ON FUNCTION ledger.others() FROM PUBLIC;

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
