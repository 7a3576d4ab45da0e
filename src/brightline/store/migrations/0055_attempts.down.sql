DROP TABLE line.attempt, line.lockout CASCADE;
DROP INDEX line.session_device;
ALTER TABLE line.account DROP COLUMN known_since CASCADE;
