-- Back to a sequencer that integrates by itself. A certificate that waits is a decision that wasn't carried out.
DO $$
BEGIN
  IF EXISTS (SELECT FROM ledger.due) THEN
    RAISE EXCEPTION 'purge certificates wait to be carried out: find out what stands behind them first';
  END IF;
END $$;
REVOKE USAGE ON SCHEMA ledger FROM brightline_slot;
REVOKE SELECT (index, entry, leaf) ON ledger.entry FROM brightline_sequencer;
GRANT SELECT ON ledger.entry, ledger.checkpoint, ledger.erasure, ledger.rotation TO brightline_sequencer;
GRANT INSERT ON ledger.entry, ledger.checkpoint, ledger.rotation TO brightline_sequencer;
GRANT UPDATE (size, frontier, confirmed, promised, cluster, origin, ledger_key, receipt_key, seen, alarm, newest, timeline)
  ON ledger.state TO brightline_sequencer;
GRANT EXECUTE ON FUNCTION ledger.erase(uuid) TO brightline_sequencer;
DROP TABLE ledger.due;
