DROP TRIGGER warehouse ON cases.case_file;
DROP TRIGGER warehouse ON cases.person_role;
DROP TRIGGER warehouse ON cases.item;
DROP TRIGGER warehouse ON cases.note;
DROP SCHEMA warehouse CASCADE;
DROP INDEX feed.run_unstored;
ALTER TABLE feed.run DROP COLUMN delta_version, DROP COLUMN delta_withdrawn;
