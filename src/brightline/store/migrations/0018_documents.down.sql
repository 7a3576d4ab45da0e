-- Takes the readings away; the documents themselves stay with their cases, and what was read of them with the content.
DROP SCHEMA IF EXISTS documents CASCADE;
