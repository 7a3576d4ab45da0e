-- The former version would take what is enciphered for the secret itself: those factors end, and are set up anew.
UPDATE line.factor SET ended = COALESCE(ended, clock_timestamp()) WHERE cipher > 0 AND secret IS NOT NULL;
ALTER TABLE line.factor DROP COLUMN cipher CASCADE, DROP COLUMN seal CASCADE;
DROP TABLE line.factor_key CASCADE;
DROP FUNCTION IF EXISTS line.session_second(text, uuid, bytea);
DROP FUNCTION IF EXISTS line.second_right(line.attempt, bytea);
