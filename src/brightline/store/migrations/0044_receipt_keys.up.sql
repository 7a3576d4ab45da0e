-- The keys that sign receipts: each introduced by an entry, and by the checkpoint whose last entry that is.
CREATE TABLE ledger.receipt_key (
  index bigint PRIMARY KEY REFERENCES ledger.entry (index),
  size  bigint NOT NULL REFERENCES ledger.checkpoint (size),
  at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER receipt_key_kept BEFORE UPDATE OR DELETE ON ledger.receipt_key FOR EACH ROW EXECUTE FUNCTION ledger.keep();
CREATE TRIGGER receipt_key_not_emptied BEFORE TRUNCATE ON ledger.receipt_key EXECUTE FUNCTION ledger.keep();
ALTER TABLE ledger.receipt_key OWNER TO brightline_line;
GRANT SELECT ON ledger.receipt_key TO brightline_reader, brightline_backup;
