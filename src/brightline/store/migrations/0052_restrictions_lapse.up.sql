-- A restriction that nobody decided lapses: it is lifted by nobody, and says so.
ALTER TABLE restrictions.restriction ADD COLUMN lapsed timestamptz;
ALTER TABLE restrictions.restriction DROP CONSTRAINT restriction_check2;
ALTER TABLE restrictions.restriction ADD CONSTRAINT decided
  CHECK (state = 'asked' OR (lapsed IS NOT NULL AND state = 'lifted') OR (decided_by IS NOT NULL AND decided_by <> asked_by));
CREATE INDEX restriction_asked ON restrictions.restriction (asked) WHERE state = 'asked';
