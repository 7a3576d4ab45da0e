-- Whose a value is that can't be read: what was known of it before stays.
ALTER TABLE stage.quarantine ADD COLUMN entity uuid;
ALTER TABLE stage.quarantine ADD COLUMN property text;

-- Values that a steward has mended: over what the source says, for as long as it says the same. Who did it, and why.
CREATE TABLE feed.mending (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  feed         text NOT NULL REFERENCES feed.feed,
  source_key   text NOT NULL,
  column_name  text NOT NULL,
  wrong        text NOT NULL,
  value        text NOT NULL,
  reason       text NOT NULL CHECK (length(reason) >= 20),
  account      uuid NOT NULL,
  account_name text NOT NULL,
  at           timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended        timestamptz,
  end_reason   text,
  CHECK (value <> wrong),
  CHECK ((ended IS NULL) = (end_reason IS NULL))
);
CREATE UNIQUE INDEX mending_one ON feed.mending (feed, source_key, column_name, wrong) WHERE ended IS NULL;
CREATE INDEX mending_feed ON feed.mending (feed, at DESC);
CREATE INDEX mending_key ON feed.mending (source_key);
ALTER TABLE feed.mending OWNER TO brightline_line;
REVOKE ALL ON feed.mending FROM PUBLIC;

-- The hash of a crawl feed's code, without feed.yml and what is there to be read: whether what decides the rows has changed.
ALTER TABLE feed.feed ADD COLUMN code text;

-- A feed whose file isn't there tells those who answer for it.
DO $kind$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = 'account_notice_kind_check'
  AND c.conrelid = 'line.account_notice'::regclass);
BEGIN
  ALTER TABLE line.account_notice DROP CONSTRAINT account_notice_kind_check;
  EXECUTE 'ALTER TABLE line.account_notice ADD CONSTRAINT account_notice_kind_check ' || replace(old, 'ARRAY[', 'ARRAY[''feed''::text, ');
END $kind$;

-- What a case holds and its source no longer has is looked up among what was retired.
CREATE INDEX retired_aspect_entity ON feed.retired_aspect (entity);
CREATE INDEX retired_aspect_record ON feed.retired_aspect (record);
