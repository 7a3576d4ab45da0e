ALTER TABLE content.judgement DROP CONSTRAINT judgement_two;
ALTER TABLE content.judgement DROP COLUMN account_name, DROP COLUMN parts, DROP COLUMN entry;
