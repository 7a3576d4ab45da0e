-- The keys that sign receipts, each introduced by an entry of the log (ledger.introduce), under a checkpoint that it
-- signed.

-- The receipt keys so far, each with its entry's head and the checkpoint over it.
-- callers: sequencer
CREATE OR REPLACE FUNCTION ledger.receipt_keys() RETURNS TABLE (index bigint, entry uuid, head bytea, head_salt bytea,
  size bigint, note bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.index, e.entry, e.head, e.head_salt, r.size, c.note FROM ledger.receipt_key r
    JOIN ledger.entry e ON e.index = r.index JOIN ledger.checkpoint c ON c.size = r.size ORDER BY r.index
$$;
