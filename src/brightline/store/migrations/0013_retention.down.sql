DROP SCHEMA retention CASCADE;
DROP INDEX content.record_at;
DROP INDEX content.record_since;
ALTER TABLE content.record DROP COLUMN since;
