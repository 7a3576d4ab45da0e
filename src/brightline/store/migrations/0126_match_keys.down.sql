ALTER TABLE cases.notice DROP COLUMN times CASCADE;
DROP TABLE line.match_due;
DROP TABLE cases.match_key;
