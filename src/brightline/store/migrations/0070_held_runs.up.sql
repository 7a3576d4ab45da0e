-- A run that was held because the whole looked wrong is released by another person; what the columns of a delivery were like is
-- kept, so that the next can be compared with it.
ALTER TABLE feed.run ADD COLUMN releases uuid REFERENCES feed.run;
ALTER TABLE feed.run ADD COLUMN release_reason text;
ALTER TABLE feed.run ADD COLUMN profile jsonb;
