-- Acts leave traces beside the log: an event, an inquiry, a session's last use. Each is held against the log, so that an
-- entry that never came is missed, whoever kept it away (src/brightline/ledger/sql).

--   entry    the entry that the trace names; or else
--   account  who acted at that time, under a session
--   since    when it was first missed
CREATE TABLE ledger.unaccounted (
  trace   text PRIMARY KEY,
  entry   uuid,
  account uuid,
  at      timestamptz NOT NULL,
  since   timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((entry IS NULL) <> (account IS NULL))
);
ALTER TABLE ledger.unaccounted OWNER TO brightline_line;
GRANT SELECT ON ledger.unaccounted TO brightline_backup;

ALTER TABLE ledger.state ADD COLUMN reconciled timestamptz;
CREATE INDEX event_at ON content.event USING brin (at);
