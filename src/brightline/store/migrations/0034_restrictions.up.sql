-- Restrictions: what a decision takes out of sight, whatever its source said. `protected`: a person whose existence is
-- hidden (8 USC 1367). `unlawful`: a source's row that was obtained unlawfully (28 CFR 23.20(d)).

CREATE SCHEMA restrictions;
GRANT USAGE ON SCHEMA restrictions TO brightline_line;

CREATE TABLE restrictions.restriction (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number     text NOT NULL UNIQUE CHECK (number ~ '^RS-\d{4}-\d{6}$'),
  kind       text NOT NULL CHECK (kind IN ('protected', 'unlawful')),
  entity     uuid,
  source     text,
  source_key text,
  basis      text NOT NULL CHECK (length(basis) >= 5),
  reason     text NOT NULL CHECK (length(reason) >= 40),
  state      text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'confirmed', 'lifted')),
  purpose    uuid NOT NULL,
  unit       text NOT NULL,
  asked_by   uuid NOT NULL,
  asked      timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided_by uuid,
  decided    timestamptz,
  decision_reason text,
  counts     jsonb NOT NULL DEFAULT '{}',
  CHECK ((entity IS NULL) <> (source IS NULL)),
  CHECK ((source IS NULL) = (source_key IS NULL)),
  CHECK (state = 'asked' OR (decided_by IS NOT NULL AND decided_by <> asked_by))
);
CREATE INDEX restriction_entity ON restrictions.restriction (entity) WHERE state <> 'lifted';
CREATE INDEX restriction_row ON restrictions.restriction (source, source_key) WHERE state <> 'lifted';

-- What a restriction changed, as it was: lifting puts it back.
CREATE TABLE restrictions.mark (
  restriction uuid NOT NULL REFERENCES restrictions.restriction,
  kind        text NOT NULL CHECK (kind IN ('aspect', 'link', 'record')),
  id          uuid NOT NULL,
  holder      uuid NOT NULL,
  marking     integer NOT NULL,
  keys        text[] NOT NULL DEFAULT '{}',
  text        tsvector NOT NULL DEFAULT '',
  PRIMARY KEY (restriction, kind, holder, id)
);

-- By which a protected person is known again before somebody acts: salted hashes of identifiers, and of name with birth
-- date. No register of people in clear.
CREATE TABLE restrictions.alert (
  restriction uuid NOT NULL REFERENCES restrictions.restriction,
  mark        bytea NOT NULL,
  PRIMARY KEY (mark, restriction)
);

CREATE TABLE restrictions.transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO restrictions.transition (state, act, becomes) VALUES
  ('asked', 'confirm', 'confirmed'), ('asked', 'lift', 'lifted'), ('confirmed', 'lift', 'lifted');

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'restrictions' LOOP
    EXECUTE format('ALTER TABLE restrictions.%I OWNER TO brightline_line', t.tablename);
    EXECUTE format('REVOKE ALL ON restrictions.%I FROM PUBLIC', t.tablename);
  END LOOP;
END $own$;
ALTER SCHEMA restrictions OWNER TO brightline_line;

-- A row that was obtained unlawfully costs a search what an absent one costs.
ALTER TABLE line.marking ALTER COLUMN scoped SET EXPRESSION AS
  (caveats && ARRAY['sealed', 'covert', 'protected', 'oversight', 'unlawful']);

ALTER TABLE line.account_notice DROP CONSTRAINT account_notice_kind_check;
ALTER TABLE line.account_notice ADD CONSTRAINT account_notice_kind_check
  CHECK (kind IN ('session', 'role', 'glass', 'factor', 'restriction'));

-- Evidence that somebody of the person's own household supplied doesn't stand alone (8 USC 1367(a)(1)).
ALTER TABLE leads.check_entry ADD COLUMN household boolean NOT NULL DEFAULT false;
