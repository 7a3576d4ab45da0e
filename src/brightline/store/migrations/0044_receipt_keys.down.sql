-- Back to receipts whose key nobody vouches for. The entries stay, and say which keys there were.
DROP FUNCTION IF EXISTS ledger.add_receipt_key(bigint, bigint);
DROP FUNCTION IF EXISTS ledger.receipt_keys();
DROP TABLE ledger.receipt_key;
