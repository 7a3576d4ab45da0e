-- A judgement keeps who made it, by which compared parts, and in which entry of the ledger.
ALTER TABLE content.judgement ADD COLUMN account_name text NOT NULL DEFAULT '';
ALTER TABLE content.judgement ADD COLUMN parts jsonb NOT NULL DEFAULT '[]';
ALTER TABLE content.judgement ADD COLUMN entry uuid;
ALTER TABLE content.judgement ADD CONSTRAINT judgement_two CHECK ("left" <> "right");
