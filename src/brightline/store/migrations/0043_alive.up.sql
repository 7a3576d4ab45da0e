-- Whether the log goes on: what each part of the worker last finished, and when the log was last known to go on. Two small
-- tables of their own, so that no open transaction elsewhere keeps the worker from saying that it lives.

-- One row for each part of the worker. `seen`: its last finished turn; `failing`: since when every turn has ended in `fault`.
CREATE TABLE ledger.heartbeat (
  part    text PRIMARY KEY CHECK (length(part) BETWEEN 1 AND 100),
  process integer NOT NULL,
  begun   timestamptz NOT NULL,
  seen    timestamptz,
  failing timestamptz,
  fault   text CHECK (length(fault) <= 500),
  told    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- line.enter looks here at every act.
--   at          when the sequencer last finished a turn, as far as it could sign; NULL before the first
--   stop_after  so long after that nothing is answered any more
CREATE TABLE ledger.alive (
  one        boolean PRIMARY KEY DEFAULT true CHECK (one),
  at         timestamptz,
  stop_after interval NOT NULL DEFAULT '10 minutes' CHECK (stop_after BETWEEN '1 minute' AND '1 day')
);
INSERT INTO ledger.alive DEFAULT VALUES;

ALTER TABLE ledger.heartbeat OWNER TO brightline_line;
ALTER TABLE ledger.alive OWNER TO brightline_line;
GRANT SELECT ON ledger.heartbeat, ledger.alive TO brightline_reader, brightline_backup;
