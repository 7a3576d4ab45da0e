ALTER TABLE stage.aspect DROP COLUMN text;
