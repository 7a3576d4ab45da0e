DROP INDEX content.event_at;
ALTER TABLE ledger.state DROP COLUMN reconciled;
-- With the functions that this version's scripts made over it; `up` makes them again.
DROP TABLE ledger.unaccounted CASCADE;
