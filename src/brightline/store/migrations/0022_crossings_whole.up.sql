-- Crossings, whole: legal review before the decision, a first day, the emergency path, the instrument that a statute of
-- secrecy asks for, what the approver was shown, an overseer's audit of what has ended; and which of a case's own words
-- were written on crossed material.

ALTER TABLE line.crossing
  ADD COLUMN starts        timestamptz,
  ADD COLUMN instruments   jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN danger        text NOT NULL DEFAULT '',
  ADD COLUMN opened        timestamptz,
  ADD COLUMN opened_by     uuid REFERENCES line.account,
  ADD COLUMN open_until    timestamptz,
  ADD COLUMN reviewed      timestamptz,
  ADD COLUMN reviewed_by   uuid REFERENCES line.account,
  ADD COLUMN finding       text CHECK (finding IN ('permitted', 'not_permitted')),
  ADD COLUMN review_text   text NOT NULL DEFAULT '',
  ADD COLUMN covers        text[] NOT NULL DEFAULT '{}',
  ADD COLUMN people        jsonb,
  ADD COLUMN derived       integer,
  ADD COLUMN ended_as      text CHECK (ended_as IN ('expired', 'revoked', 'refused', 'unreviewed')),
  ADD COLUMN audited       timestamptz,
  ADD COLUMN audited_by    uuid REFERENCES line.account,
  ADD COLUMN verdict       text CHECK (verdict IN ('proper', 'flawed', 'unlawful')),
  ADD COLUMN remarks       text NOT NULL DEFAULT '',
  ADD COLUMN before_review boolean NOT NULL DEFAULT false;

-- What was decided before a legal review was a step stays as it was decided, and says so.
UPDATE line.crossing SET before_review = true WHERE decided_by IS NOT NULL;

ALTER TABLE line.crossing DROP CONSTRAINT crossing_state_check;
ALTER TABLE line.crossing DROP CONSTRAINT crossing_check1;
ALTER TABLE line.crossing
  ADD CONSTRAINT crossing_state_check CHECK (state IN ('requested', 'reviewed', 'emergency', 'approved', 'denied', 'refused',
    'withdrawn', 'revoked', 'audited')),
  ADD CONSTRAINT crossing_decided CHECK (state NOT IN ('approved', 'denied', 'refused') OR (decided IS NOT NULL AND decided_by IS NOT NULL)),
  ADD CONSTRAINT crossing_reviewed CHECK (state <> 'approved' OR before_review OR (reviewed_by IS NOT NULL AND finding = 'permitted')),
  ADD CONSTRAINT crossing_two_lawyers CHECK (reviewed_by IS NULL OR (NOT reviewed_by = ANY (chain) AND reviewed_by IS DISTINCT FROM decided_by)),
  ADD CONSTRAINT crossing_emergency CHECK ((opened IS NULL) = (opened_by IS NULL) AND (opened IS NULL) = (open_until IS NULL)
    AND (opened IS NULL OR (opened_by <> requester AND length(btrim(danger)) >= 40 AND NOT links AND open_until <= opened + interval '24 hours'))),
  ADD CONSTRAINT crossing_begins CHECK (starts IS NULL OR starts < expires),
  ADD CONSTRAINT crossing_audited CHECK ((state = 'audited') = (audited_by IS NOT NULL) AND (audited_by IS NULL
    OR (verdict IS NOT NULL AND ended_as IS NOT NULL AND length(btrim(remarks)) >= 20 AND audited_by IS DISTINCT FROM decided_by
        AND audited_by IS DISTINCT FROM reviewed_by AND NOT audited_by = ANY (chain))));
CREATE INDEX crossing_requester ON line.crossing (requester);

-- Item by item: what the approver left out stays closed.
ALTER TABLE line.crossing_item ADD COLUMN left_out boolean NOT NULL DEFAULT false;
-- A crossing may begin on a later day; until then its compartment is closed, though approved.
ALTER TABLE line.compartment_open ADD COLUMN starts timestamptz;

-- The steps of crossings/model.py, in place of line.crossing_transition, which the way back needs; a test compares the two.
CREATE TABLE line.crossing_move (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
ALTER TABLE line.crossing_move OWNER TO brightline_line;
INSERT INTO line.crossing_move (state, act, becomes) VALUES
  ('requested', 'review', 'reviewed'), ('requested', 'open', 'emergency'), ('requested', 'deny', 'denied'),
  ('requested', 'withdraw', 'withdrawn'), ('reviewed', 'approve', 'approved'), ('reviewed', 'open', 'emergency'),
  ('reviewed', 'review', 'reviewed'), ('reviewed', 'deny', 'denied'), ('reviewed', 'withdraw', 'withdrawn'), ('emergency', 'review', 'emergency'),
  ('emergency', 'approve', 'approved'), ('emergency', 'deny', 'refused'), ('emergency', 'revoke', 'revoked'),
  ('approved', 'revoke', 'revoked'), ('active', 'revoke', 'revoked'), ('expired', 'audit', 'audited'),
  ('revoked', 'audit', 'audited'), ('refused', 'audit', 'audited'), ('unreviewed', 'audit', 'audited');

-- Words of a case that rest on a crossing lie in its compartment and end with it; null: the case's own.
ALTER TABLE cases.note ADD COLUMN compartment uuid;
ALTER TABLE cases.passage ADD COLUMN compartment uuid;
ALTER TABLE cases.document ADD COLUMN compartment uuid;

-- Custodians and overseers hear of an emergency at once.
DO $kind$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = 'notice_kind_check' AND c.conrelid = 'cases.notice'::regclass);
BEGIN
  ALTER TABLE cases.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE cases.notice ADD CONSTRAINT notice_kind_check ' || replace(old, 'ARRAY[', 'ARRAY[''crossing''::text, ');
END $kind$;
