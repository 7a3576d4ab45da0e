ALTER TABLE ledger.state DROP COLUMN unsigned CASCADE;
ALTER TABLE ledger.receipt_key ALTER CONSTRAINT receipt_key_size_fkey NOT DEFERRABLE;
ALTER TABLE ledger.rotation ALTER CONSTRAINT rotation_size_fkey NOT DEFERRABLE;
