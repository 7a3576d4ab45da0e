-- The ledger: entries in the order of the write-ahead log, and the checkpoints signed over them. Rows are only ever
-- added. The one thing that may go is a body, when a later entry of act `purge` names it.
--
-- Owned by a role that can't log in: the sequencer adds rows but can't disable the triggers that keep them.

CREATE SCHEMA ledger AUTHORIZATION brightline_line;

CREATE TABLE ledger.entry (
  index     bigint PRIMARY KEY CHECK (index >= 0),
  entry     uuid NOT NULL UNIQUE,
  lsn       pg_lsn NOT NULL,
  at        timestamptz NOT NULL,
  act       text NOT NULL,
  name      text NOT NULL,
  outcome   text NOT NULL,
  regime    text,
  unit      text,
  of        uuid,
  head      bytea NOT NULL,
  head_salt bytea NOT NULL,
  body      bytea,
  body_salt bytea,
  leaf      bytea NOT NULL CHECK (length(leaf) = 97),
  shown     uuid[],
  inquiry   uuid,
  account   uuid,
  purpose   uuid,
  CHECK ((body IS NULL) = (body_salt IS NULL))
);
CREATE INDEX entry_at ON ledger.entry (at);
CREATE INDEX entry_account ON ledger.entry (account, index);
CREATE INDEX entry_inquiry ON ledger.entry (inquiry) WHERE inquiry IS NOT NULL;
CREATE INDEX entry_act ON ledger.entry (act, index);
CREATE INDEX entry_refused ON ledger.entry (index) WHERE outcome = 'refused';
CREATE INDEX entry_of ON ledger.entry (of) WHERE of IS NOT NULL;
CREATE INDEX entry_shown ON ledger.entry USING gin (shown);

CREATE TABLE ledger.checkpoint (
  size bigint PRIMARY KEY CHECK (size >= 0),
  root bytea NOT NULL CHECK (length(root) = 32),
  note bytea NOT NULL,
  at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Which bodies were destroyed, by which certificate.
CREATE TABLE ledger.erasure (
  entry       uuid PRIMARY KEY REFERENCES ledger.entry (entry),
  certificate uuid NOT NULL REFERENCES ledger.entry (entry),
  at          timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The sequencer's own row. Whoever holds its lock is the sequencer; nobody else can be made to wait for it.
--   frontier   roots of the complete subtrees of the first `size` leaves (RFC 6962)
--   confirmed  everything up to this position of the write-ahead log is in the table
--   promised   the slot was never told to go further than this; a slot beyond it was made anew by somebody
CREATE TABLE ledger.state (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  size        bigint NOT NULL DEFAULT 0,
  frontier    bytea NOT NULL DEFAULT '',
  confirmed   pg_lsn NOT NULL DEFAULT '0/0',
  promised    pg_lsn,
  cluster     text,
  origin      text,
  ledger_key  text,
  receipt_key text,
  seen        timestamptz,
  alarm       text
);
INSERT INTO ledger.state DEFAULT VALUES;

-- Somebody asks for a checkpoint now. Apart from the state, so that an open transaction here never stops the log.
CREATE TABLE ledger.wish (
  one   boolean PRIMARY KEY DEFAULT true CHECK (one),
  asked timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO ledger.wish DEFAULT VALUES;

CREATE FUNCTION ledger.keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'ledger.%: rows are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'BL010';
END $$;

-- An entry may lose its body, and what was copied out of it, when a certificate names it; nothing else may change.
CREATE FUNCTION ledger.keep_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE bare ledger.entry := OLD;
BEGIN
  bare.body := NULL; bare.body_salt := NULL; bare.shown := NULL;
  bare.inquiry := NULL; bare.account := NULL; bare.purpose := NULL;
  IF NEW IS DISTINCT FROM bare OR NOT EXISTS (SELECT FROM ledger.erasure e WHERE e.entry = OLD.entry) THEN
    RAISE EXCEPTION 'ledger.entry: rows are never changed or removed' USING ERRCODE = 'BL010';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER entry_kept BEFORE UPDATE ON ledger.entry FOR EACH ROW EXECUTE FUNCTION ledger.keep_entry();
CREATE TRIGGER entry_not_removed BEFORE DELETE ON ledger.entry FOR EACH ROW EXECUTE FUNCTION ledger.keep();
CREATE TRIGGER entry_not_emptied BEFORE TRUNCATE ON ledger.entry EXECUTE FUNCTION ledger.keep();
CREATE TRIGGER checkpoint_kept BEFORE UPDATE OR DELETE ON ledger.checkpoint
  FOR EACH ROW EXECUTE FUNCTION ledger.keep();
CREATE TRIGGER checkpoint_not_emptied BEFORE TRUNCATE ON ledger.checkpoint EXECUTE FUNCTION ledger.keep();
CREATE TRIGGER erasure_kept BEFORE UPDATE OR DELETE ON ledger.erasure
  FOR EACH ROW EXECUTE FUNCTION ledger.keep();
CREATE TRIGGER erasure_not_emptied BEFORE TRUNCATE ON ledger.erasure EXECUTE FUNCTION ledger.keep();

-- Destroys the bodies that a purge certificate names; answers how many. The certificate is itself an entry of the
-- log, carried out (outcome ok), and can't be purged, since missing bodies are valid only through it.
CREATE FUNCTION ledger.erase(certificate uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  purge ledger.entry;
  content jsonb;
  gone bigint;
BEGIN
  SELECT * INTO purge FROM ledger.entry e WHERE e.entry = erase.certificate AND e.act = 'purge' AND e.outcome = 'ok';
  IF purge.body IS NULL THEN
    RAISE EXCEPTION 'ledger: % is no purge certificate', certificate USING ERRCODE = 'BL010';
  END IF;
  content := convert_from(purge.body, 'UTF8')::jsonb;
  INSERT INTO ledger.erasure (entry, certificate)
    SELECT e.entry, purge.entry
    FROM jsonb_array_elements_text(CASE
        WHEN jsonb_typeof(content -> 'entries') = 'array' THEN content -> 'entries'
        WHEN jsonb_typeof(content #> '{params,entries}') = 'array' THEN content #> '{params,entries}'
        ELSE '[]' END) AS named(id)
      JOIN ledger.entry e ON e.entry::text = lower(named.id)
    WHERE e.index < purge.index AND e.act <> 'purge' AND e.body IS NOT NULL
    ON CONFLICT DO NOTHING;
  UPDATE ledger.entry e SET body = NULL, body_salt = NULL, shown = NULL, inquiry = NULL, account = NULL, purpose = NULL
    FROM ledger.erasure x WHERE x.entry = e.entry AND x.certificate = purge.entry AND e.body IS NOT NULL;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

-- How the log is doing, without reading an entry. `pending`: entries no checkpoint covers yet.
CREATE FUNCTION ledger.health() RETURNS jsonb
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

CREATE FUNCTION ledger.ask_checkpoint() RETURNS timestamptz
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE ledger.wish SET asked = clock_timestamp() RETURNING asked
$$;

ALTER TABLE ledger.entry OWNER TO brightline_line;
ALTER TABLE ledger.checkpoint OWNER TO brightline_line;
ALTER TABLE ledger.erasure OWNER TO brightline_line;
ALTER TABLE ledger.state OWNER TO brightline_line;
ALTER TABLE ledger.wish OWNER TO brightline_line;
ALTER FUNCTION ledger.keep() OWNER TO brightline_line;
ALTER FUNCTION ledger.keep_entry() OWNER TO brightline_line;
ALTER FUNCTION ledger.erase(uuid) OWNER TO brightline_line;
ALTER FUNCTION ledger.health() OWNER TO brightline_line;
ALTER FUNCTION ledger.ask_checkpoint() OWNER TO brightline_line;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
GRANT USAGE ON SCHEMA ledger TO brightline_sequencer, brightline_reader, brightline_writer, brightline_overseer,
  brightline_owner, brightline_backup;
-- Entries are read through installed functions only, so that reading the log is itself in the log (rule 17).
GRANT SELECT ON ledger.entry, ledger.checkpoint, ledger.erasure TO brightline_reader, brightline_sequencer,
  brightline_backup;
GRANT SELECT ON ledger.checkpoint TO brightline_overseer;
GRANT SELECT ON ledger.state, ledger.wish TO brightline_sequencer, brightline_backup;
GRANT INSERT ON ledger.entry, ledger.checkpoint TO brightline_sequencer;
GRANT UPDATE (size, frontier, confirmed, promised, cluster, origin, ledger_key, receipt_key, seen, alarm)
  ON ledger.state TO brightline_sequencer;
GRANT EXECUTE ON FUNCTION ledger.erase(uuid) TO brightline_sequencer;
GRANT EXECUTE ON FUNCTION ledger.health() TO brightline_sequencer, brightline_reader, brightline_writer,
  brightline_overseer, brightline_owner;
GRANT EXECUTE ON FUNCTION ledger.ask_checkpoint() TO brightline_writer;
