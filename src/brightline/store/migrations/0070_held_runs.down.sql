-- Functions that read these columns by name go with them; the installation of the older version makes its own.
DROP FUNCTION IF EXISTS feed.summary(feed.run), feed.run_doc(feed.run);
ALTER TABLE feed.run DROP COLUMN profile;
ALTER TABLE feed.run DROP COLUMN release_reason;
ALTER TABLE feed.run DROP COLUMN releases;
