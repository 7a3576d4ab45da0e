ALTER TABLE feed.run DROP COLUMN profile;
ALTER TABLE feed.run DROP COLUMN release_reason;
ALTER TABLE feed.run DROP COLUMN releases;
