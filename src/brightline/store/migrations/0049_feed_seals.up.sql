-- What lies in a crawl feed's folder is sealed whole: crawl.py alone was, and what it read wasn't. Feeds that are known
-- already have no seal until their next run, which makes it and enters it.
ALTER TABLE feed.feed ADD COLUMN seal text CHECK (seal ~ '^[0-9a-f]{64}$');
