-- The rulebook as versions: who proposed it, why, what it changes, what was proved of it, who approved it, from when it
-- holds. `line.state.rulebook` stays the one in force; it is replaced when a version's time has come.

CREATE TABLE line.rulebook_version (
  version     integer PRIMARY KEY CHECK (version > 0),
  id          uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  state       text NOT NULL CHECK (state IN ('unchecked', 'broken', 'proposed', 'approved', 'in_force', 'past', 'rejected', 'withdrawn')),
  book        jsonb NOT NULL,
  source      text NOT NULL DEFAULT '',
  hash        bytea NOT NULL,
  base        integer,
  author      uuid REFERENCES line.account,
  reason      text NOT NULL DEFAULT '',
  proposed    timestamptz NOT NULL DEFAULT clock_timestamp(),
  effective   timestamptz,
  changes     jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(changes) = 'array'),
  weakens     boolean NOT NULL DEFAULT false,
  proof       jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(proof) = 'array'),
  decided_by  uuid REFERENCES line.account,
  decided     timestamptz,
  decision    text NOT NULL DEFAULT '',
  began       timestamptz,
  ended       timestamptz,
  -- Nobody approves a rulebook of their own; one that nobody wrote came with the installation.
  CHECK (author IS NULL OR state NOT IN ('approved', 'in_force', 'past') OR (decided_by IS NOT NULL AND decided_by <> author))
);
CREATE UNIQUE INDEX rulebook_one_in_force ON line.rulebook_version ((true)) WHERE state = 'in_force';
CREATE UNIQUE INDEX rulebook_one_waits ON line.rulebook_version ((true)) WHERE state = 'approved';
CREATE INDEX rulebook_due ON line.rulebook_version (effective) WHERE state = 'approved';

-- Rule 47: overseers are told of a weaker guard before it holds.
CREATE TABLE line.rulebook_notice (
  version   integer PRIMARY KEY REFERENCES line.rulebook_version,
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  changes   jsonb NOT NULL CHECK (jsonb_array_length(changes) > 0)
);
CREATE TABLE line.rulebook_seen (
  version   integer NOT NULL REFERENCES line.rulebook_notice,
  account   uuid NOT NULL REFERENCES line.account,
  at        timestamptz NOT NULL DEFAULT clock_timestamp(),
  remark    text NOT NULL DEFAULT '',
  PRIMARY KEY (version, account)
);

-- The steps of policy/model.py; a test compares the two.
CREATE TABLE line.rulebook_transition (
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (state, act)
);
INSERT INTO line.rulebook_transition (state, act, becomes) VALUES
  ('unchecked', 'prove', 'proposed'), ('unchecked', 'refute', 'broken'), ('unchecked', 'withdraw', 'withdrawn'),
  ('proposed', 'approve', 'approved'), ('proposed', 'reject', 'rejected'), ('proposed', 'withdraw', 'withdrawn'),
  ('approved', 'withdraw', 'withdrawn'), ('approved', 'begin', 'in_force'), ('in_force', 'end', 'past');

-- What is in force already is the first version.
INSERT INTO line.rulebook_version (version, state, book, hash, reason, began)
  SELECT 1, 'in_force', s.rulebook, COALESCE(s.rulebook_hash, sha256(convert_to(s.rulebook::text, 'UTF8'))),
    'In force before versions were kept.', clock_timestamp() FROM line.state s WHERE s.rulebook <> '{}';

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['rulebook_version', 'rulebook_notice', 'rulebook_seen', 'rulebook_transition'] LOOP
    EXECUTE format('ALTER TABLE line.%I OWNER TO brightline_line', t);
  END LOOP;
END $own$;
