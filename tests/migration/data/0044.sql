INSERT INTO ledger.receipt_key (index, size) SELECT e.index, c.size FROM ledger.entry e, ledger.checkpoint c LIMIT 1;
