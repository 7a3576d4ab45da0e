-- The slot: read and moved here alone, by functions of a role that can't sign in and has REPLICATION for nothing else.
-- No login has it, so none can start a walsender, tap what is written or copy the cluster (docs/attacks.md, P6).
-- callers: line

-- callers: slot
CREATE OR REPLACE FUNCTION ledger.slot() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN 'brightline_' || left(regexp_replace(lower(current_database()), '[^a-z0-9_]', '_', 'g'), 50);

-- What lies in the slot, up to a position and so many rows; nothing is consumed.
-- owner: slot
CREATE OR REPLACE FUNCTION ledger.slot_peek(upto pg_lsn, most integer) RETURNS TABLE
  (ord bigint, lsn pg_lsn, data bytea)
LANGUAGE sql VOLATILE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.ord, p.lsn, p.data FROM pg_logical_slot_peek_binary_changes(ledger.slot(), upto, most, 'proto_version', '1',
    'publication_names', 'brightline_line', 'messages', 'true') WITH ORDINALITY AS p (lsn, xid, data, ord)
$$;

-- owner: slot
CREATE OR REPLACE FUNCTION ledger.slot_advance(upto pg_lsn) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_replication_slot_advance(ledger.slot(), upto)
$$;

-- How far the slot was moved; NULL when it is missing or lost.
-- callers: none
CREATE OR REPLACE FUNCTION ledger.slot_at() RETURNS pg_lsn
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.confirmed_flush_lsn FROM pg_get_replication_slots() r
    JOIN pg_database d ON d.oid = r.datoid AND d.datname = current_database()
    WHERE r.slot_name = ledger.slot() AND r.wal_status <> 'lost'
$$;
