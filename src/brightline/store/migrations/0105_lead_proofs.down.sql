-- Functions that read these by name go with them; the installation of the older version makes its own.
ALTER TABLE leads.check_entry DROP COLUMN origin CASCADE;
ALTER TABLE leads.check_entry DROP COLUMN proof CASCADE;
DROP TABLE leads.paper CASCADE;
