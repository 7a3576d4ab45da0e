-- Back to requests that an approver decides without a review. What was open only by the emergency path, or was audited,
-- ends: its compartment is shut and it counts as revoked or denied. Words that rest on a crossing stay in its compartment.
UPDATE line.compartment SET state = 'shut' WHERE id IN (SELECT id FROM line.crossing WHERE state IN ('emergency', 'refused', 'audited'));
ALTER TABLE cases.document DROP COLUMN compartment CASCADE;
ALTER TABLE cases.passage DROP COLUMN compartment CASCADE;
ALTER TABLE cases.note DROP COLUMN compartment CASCADE;
ALTER TABLE line.compartment_open DROP COLUMN starts CASCADE;
ALTER TABLE line.crossing_item DROP COLUMN left_out CASCADE;
DROP INDEX line.crossing_requester;
ALTER TABLE line.crossing
  DROP CONSTRAINT crossing_state_check, DROP CONSTRAINT crossing_decided, DROP CONSTRAINT crossing_reviewed,
  DROP CONSTRAINT crossing_two_lawyers, DROP CONSTRAINT crossing_emergency, DROP CONSTRAINT crossing_begins,
  DROP CONSTRAINT crossing_audited;
UPDATE line.crossing SET state = CASE
    WHEN state = 'reviewed' THEN 'requested'
    WHEN state = 'refused' THEN 'denied'
    WHEN state = 'audited' AND ended_as = 'refused' THEN 'denied'
    WHEN state = 'audited' AND ended_as = 'expired' THEN 'approved'
    WHEN decided_by IS NULL THEN 'withdrawn' ELSE 'revoked' END
  WHERE state IN ('reviewed', 'refused', 'audited', 'emergency') OR (state = 'revoked' AND decided_by IS NULL);
ALTER TABLE line.crossing
  ADD CONSTRAINT crossing_state_check CHECK (state IN ('requested', 'approved', 'denied', 'withdrawn', 'revoked')),
  ADD CONSTRAINT crossing_check1 CHECK (state NOT IN ('approved', 'denied', 'revoked') OR (decided IS NOT NULL AND decided_by IS NOT NULL));
ALTER TABLE line.crossing
  DROP COLUMN starts CASCADE, DROP COLUMN instruments CASCADE, DROP COLUMN danger CASCADE, DROP COLUMN opened CASCADE, DROP COLUMN opened_by CASCADE, DROP COLUMN open_until CASCADE,
  DROP COLUMN reviewed CASCADE, DROP COLUMN reviewed_by CASCADE, DROP COLUMN finding CASCADE, DROP COLUMN review_text CASCADE, DROP COLUMN covers CASCADE, DROP COLUMN people CASCADE,
  DROP COLUMN derived CASCADE, DROP COLUMN ended_as CASCADE, DROP COLUMN audited CASCADE, DROP COLUMN audited_by CASCADE, DROP COLUMN verdict CASCADE, DROP COLUMN remarks CASCADE,
  DROP COLUMN before_review CASCADE;
DROP TABLE line.crossing_move CASCADE;
DELETE FROM cases.notice WHERE kind = 'crossing';
DO $kind$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = 'notice_kind_check' AND c.conrelid = 'cases.notice'::regclass);
BEGIN
  ALTER TABLE cases.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE cases.notice ADD CONSTRAINT notice_kind_check ' || replace(old, '''crossing''::text, ', '');
END $kind$;
