-- Crossings: named fields of named items, for one purpose, until a day. Only schema line's own functions touch these
-- tables: requester, custodian, approver and overseer each see another part of one row.

CREATE TABLE line.crossing (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number       text NOT NULL UNIQUE CHECK (number ~ '^X-\d{4}-\d{4,6}$'),
  state        text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'approved', 'denied', 'withdrawn', 'revoked')),
  beneficiary  uuid NOT NULL REFERENCES line.purpose,
  requester    uuid NOT NULL REFERENCES line.account,
  fields       text[] NOT NULL CHECK (cardinality(fields) BETWEEN 1 AND 40),
  links        boolean NOT NULL DEFAULT false,
  basis        text NOT NULL REFERENCES line.authority,
  necessity    text NOT NULL CHECK (length(btrim(necessity)) >= 40),
  alternatives text NOT NULL CHECK (length(btrim(alternatives)) >= 20),
  chain        uuid[] NOT NULL,
  requested    timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires      timestamptz NOT NULL,
  decided      timestamptz,
  decided_by   uuid REFERENCES line.account,
  decision_reason text,
  chain_at_decision uuid[],
  revoked      timestamptz,
  revoked_by   uuid REFERENCES line.account,
  revoke_reason text,
  CHECK (expires <= requested + interval '181 days'),
  CHECK (state NOT IN ('approved', 'denied', 'revoked') OR (decided IS NOT NULL AND decided_by IS NOT NULL)),
  CHECK (decided_by IS NULL OR state = 'withdrawn' OR (NOT decided_by = ANY (chain) AND NOT decided_by = ANY (chain_at_decision)))
);
CREATE INDEX crossing_beneficiary ON line.crossing (beneficiary);
CREATE INDEX crossing_state ON line.crossing (state, requested DESC);

-- What was asked for. An id that doesn't exist is kept like one that does: the request must not tell them apart.
CREATE TABLE line.crossing_item (
  crossing uuid NOT NULL REFERENCES line.crossing,
  entity   uuid NOT NULL,
  printed  text NOT NULL,
  PRIMARY KEY (crossing, entity)
);

CREATE TABLE line.crossing_opinion (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  crossing uuid NOT NULL REFERENCES line.crossing,
  side     text NOT NULL CHECK (side IN ('supervisor', 'custodian')),
  unit     text NOT NULL REFERENCES line.unit,
  account  uuid NOT NULL REFERENCES line.account,
  opinion  text NOT NULL CHECK (opinion IN ('support', 'oppose')),
  text     text NOT NULL CHECK (length(btrim(text)) >= 20),
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (crossing, side, unit)
);

-- Which copy was made of which aspect, and what its named fields were: so that a later change can be flagged.
CREATE TABLE line.crossing_aspect (
  crossing uuid NOT NULL REFERENCES line.crossing,
  aspect   uuid NOT NULL,
  entity   uuid NOT NULL,
  original uuid NOT NULL,
  source   text NOT NULL,
  digest   bytea NOT NULL,
  PRIMARY KEY (crossing, aspect)
);

-- The steps of crossings/model.py; a test compares the two.
CREATE TABLE line.crossing_transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO line.crossing_transition (state, act, becomes) VALUES
  ('requested', 'approve', 'approved'), ('requested', 'deny', 'denied'), ('requested', 'withdraw', 'withdrawn'),
  ('approved', 'revoke', 'revoked');

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['crossing', 'crossing_item', 'crossing_opinion', 'crossing_aspect', 'crossing_transition'] LOOP
    EXECUTE format('ALTER TABLE line.%I OWNER TO brightline_line', t);
  END LOOP;
END $own$;
