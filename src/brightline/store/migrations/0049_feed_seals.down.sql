ALTER TABLE feed.feed DROP COLUMN seal;
