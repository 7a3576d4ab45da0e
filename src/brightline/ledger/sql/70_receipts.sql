-- The keys that sign receipts, each introduced by an entry of the log.

-- Notes that the last entry under a checkpoint introduced a receipt key.
CREATE OR REPLACE FUNCTION ledger.add_receipt_key(index bigint, size bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s ledger.state := ledger.taken();
BEGIN
  IF size IS DISTINCT FROM s.size OR index IS DISTINCT FROM s.size - 1
     OR NOT EXISTS (SELECT FROM ledger.entry e WHERE e.index = add_receipt_key.index AND e.act = 'receipt-key'
       AND convert_from(e.head, 'UTF8')::jsonb ->> 'key' ~ '^[^ +]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}$') THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011', MESSAGE = 'the last entry doesn''t introduce a receipt key';
  END IF;
  INSERT INTO ledger.receipt_key (index, size) VALUES (add_receipt_key.index, add_receipt_key.size);
END $$;

-- The receipt keys so far, each with its entry's head and the checkpoint over it.
CREATE OR REPLACE FUNCTION ledger.receipt_keys() RETURNS TABLE (index bigint, entry uuid, head bytea, head_salt bytea, size bigint, note bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.index, e.entry, e.head, e.head_salt, r.size, c.note FROM ledger.receipt_key r
    JOIN ledger.entry e ON e.index = r.index JOIN ledger.checkpoint c ON c.size = r.size ORDER BY r.index
$$;

ALTER FUNCTION ledger.add_receipt_key(bigint, bigint) OWNER TO brightline_line;
ALTER FUNCTION ledger.receipt_keys() OWNER TO brightline_line;
REVOKE ALL ON FUNCTION ledger.add_receipt_key(bigint, bigint), ledger.receipt_keys() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.add_receipt_key(bigint, bigint), ledger.receipt_keys() TO brightline_sequencer;
