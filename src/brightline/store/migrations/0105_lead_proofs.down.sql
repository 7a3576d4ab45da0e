ALTER TABLE leads.check_entry DROP COLUMN origin;
ALTER TABLE leads.check_entry DROP COLUMN proof;
DROP TABLE leads.paper;
