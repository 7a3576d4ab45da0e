DROP TABLE line.provider_key, line.provider CASCADE;
ALTER TABLE line.federation DROP COLUMN taken_tx CASCADE;
