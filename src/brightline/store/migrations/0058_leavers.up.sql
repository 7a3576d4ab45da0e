-- A provider's list that would end many accounts, or the last administrator's: asked by one, decided by another.
CREATE TABLE line.leaving (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  issuer     text NOT NULL,
  accounts   uuid[] NOT NULL CHECK (cardinality(accounts) > 0),
  known      integer NOT NULL,
  asked_by   uuid NOT NULL REFERENCES line.account,
  asked      timestamptz NOT NULL DEFAULT clock_timestamp(),
  state      text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'done', 'refused')),
  decided_by uuid REFERENCES line.account,
  decided    timestamptz,
  reason     text NOT NULL DEFAULT '',
  CONSTRAINT two_people CHECK (decided_by IS NULL OR decided_by <> asked_by),
  CONSTRAINT decided_by_somebody CHECK (state = 'asked' OR decided_by IS NOT NULL)
);
ALTER TABLE line.leaving OWNER TO brightline_line;
REVOKE ALL ON line.leaving FROM PUBLIC;
