DELETE FROM leads.notice WHERE kind = 'taken_back';
DO $kind$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = 'notice_kind_check' AND c.conrelid = 'leads.notice'::regclass);
BEGIN
  ALTER TABLE leads.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE leads.notice ADD CONSTRAINT notice_kind_check ' || replace(old, '''taken_back''::text, ', '');
END $kind$;
