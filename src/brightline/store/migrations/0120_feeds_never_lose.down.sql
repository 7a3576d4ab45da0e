DROP INDEX feed.retired_aspect_record, feed.retired_aspect_entity;
DELETE FROM line.account_notice WHERE kind = 'feed';
DO $kind$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = 'account_notice_kind_check'
  AND c.conrelid = 'line.account_notice'::regclass);
BEGIN
  ALTER TABLE line.account_notice DROP CONSTRAINT account_notice_kind_check;
  EXECUTE 'ALTER TABLE line.account_notice ADD CONSTRAINT account_notice_kind_check ' || replace(old, '''feed''::text, ', '');
END $kind$;
-- Functions that read these by name go with them; the installation of the older version makes its own.
DROP FUNCTION IF EXISTS feed.diff(uuid, jsonb);
ALTER TABLE feed.feed DROP COLUMN code;
DROP TABLE feed.mending CASCADE;
ALTER TABLE stage.quarantine DROP COLUMN property CASCADE;
ALTER TABLE stage.quarantine DROP COLUMN entity CASCADE;
DROP FUNCTION IF EXISTS feed.told_before(feed.run, text) CASCADE;
DROP FUNCTION IF EXISTS feed.unreadable(feed.run), feed.left_behind(uuid), feed.freshness(text), feed.tell_dropped(feed.run),
  feed.tell_missing(feed.run);
