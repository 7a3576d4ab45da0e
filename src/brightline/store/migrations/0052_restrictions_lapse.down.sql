DROP INDEX restrictions.restriction_asked;
UPDATE restrictions.restriction SET state = 'asked', decision_reason = NULL WHERE lapsed IS NOT NULL;
ALTER TABLE restrictions.restriction DROP CONSTRAINT decided;
ALTER TABLE restrictions.restriction ADD CONSTRAINT restriction_check2 CHECK (state = 'asked' OR (decided_by IS NOT NULL AND decided_by <> asked_by));
ALTER TABLE restrictions.restriction DROP COLUMN lapsed CASCADE;
