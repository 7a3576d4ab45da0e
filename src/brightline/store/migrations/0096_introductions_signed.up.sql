-- A key is introduced together with the checkpoint that the log's key signed over it, or not at all: the row that says so is
-- written with the entry, and asks for that checkpoint when its transaction ends.
ALTER TABLE ledger.rotation ALTER CONSTRAINT rotation_size_fkey DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ledger.receipt_key ALTER CONSTRAINT receipt_key_size_fkey DEFERRABLE INITIALLY DEFERRED;

-- Since when entries wait for a checkpoint: who turns honestly and keeps the signer out is seen by it.
ALTER TABLE ledger.state ADD COLUMN unsigned timestamptz;

DROP FUNCTION IF EXISTS ledger.add_rotation(bigint, bigint);
DROP FUNCTION IF EXISTS ledger.add_receipt_key(bigint, bigint);
