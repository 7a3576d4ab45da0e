DROP FUNCTION IF EXISTS feed.given_away(feed.run);
DELETE FROM cases.notice WHERE kind = 'source';
DO $kind$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = 'notice_kind_check'
  AND c.conrelid = 'cases.notice'::regclass);
BEGIN
  ALTER TABLE cases.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE cases.notice ADD CONSTRAINT notice_kind_check ' || replace(old, '''source''::text, ', '');
END $kind$;
DROP TABLE IF EXISTS line.entity_cluster;
