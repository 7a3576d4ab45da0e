-- The log is integrated inside the database (src/brightline/ledger/sql): the sequencer's role loses every right to add or
-- change entries, to read their bodies, and to destroy them. Its login calls functions, and signs what they computed.

-- Purge certificates that aren't carried out yet, for want of the decision that must stand behind each.
CREATE TABLE ledger.due (
  certificate uuid PRIMARY KEY REFERENCES ledger.entry (entry),
  since       timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE ledger.due OWNER TO brightline_line;
GRANT SELECT ON ledger.due TO brightline_backup;

REVOKE ALL ON ledger.entry, ledger.erasure, ledger.checkpoint, ledger.rotation, ledger.state FROM brightline_sequencer;
REVOKE UPDATE (size, frontier, confirmed, promised, cluster, origin, ledger_key, receipt_key, seen, alarm, newest, timeline)
  ON ledger.state FROM brightline_sequencer;
REVOKE ALL ON FUNCTION ledger.erase(uuid) FROM brightline_sequencer;
GRANT SELECT (index, entry, leaf) ON ledger.entry TO brightline_sequencer;
GRANT SELECT ON ledger.checkpoint, ledger.state, ledger.rotation TO brightline_sequencer;
-- What it tells of others: how many witnesses must agree, and why no time-stamp came.
GRANT UPDATE (quorum, stamping) ON ledger.state TO brightline_sequencer;

-- The slot's own role owns two functions there (ledger/sql/10_slot.sql).
GRANT USAGE ON SCHEMA ledger TO brightline_slot;
