-- Only an empty ledger may be taken down: a log that can be dropped with its entries isn't one.
DO $$
BEGIN
  IF EXISTS (SELECT FROM ledger.entry) THEN
    RAISE EXCEPTION 'the ledger has entries: it can be exported and kept, not migrated away';
  END IF;
END $$;
DROP SCHEMA ledger CASCADE;
