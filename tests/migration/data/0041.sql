INSERT INTO ledger.unaccounted (trace, entry, at) VALUES ('event x', '00000000-0000-4000-8000-0000000000f2', '2026-01-01');
UPDATE ledger.state SET reconciled = '2026-01-01';
