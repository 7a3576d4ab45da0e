INSERT INTO ledger.heartbeat (part, process, begun, seen) VALUES ('sequencer', 4711, clock_timestamp(), clock_timestamp());
UPDATE ledger.alive SET at = clock_timestamp(), stop_after = '20 minutes';
