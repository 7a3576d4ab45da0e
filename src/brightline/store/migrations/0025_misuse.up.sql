-- Misuse (rule 44): what detectors found in the log, and what they compare with. Names, identifiers and addresses of staff,
-- press and officials are kept as keyed hashes of normalised words: nobody can read a list of families here.

CREATE TABLE oversight.watched (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  list    text NOT NULL CHECK (list IN ('account', 'own', 'household', 'press', 'officials')),
  account uuid,
  parts   integer NOT NULL CHECK (parts >= 0),
  title   text NOT NULL DEFAULT '',
  digest  bytea,
  by      uuid,
  made    timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry   uuid,
  CHECK ((account IS NULL) = (list IN ('press', 'officials')))
);
CREATE INDEX watched_account ON oversight.watched (account, list);

-- Part 0: an identifier. Parts 1 … n: the words of a name; of a household the surname, then the words of the address.
CREATE TABLE oversight.watched_key (
  watched uuid NOT NULL REFERENCES oversight.watched ON DELETE CASCADE,
  part    integer NOT NULL CHECK (part >= 0),
  hash    bytea NOT NULL CHECK (length(hash) = 32),
  exact   boolean NOT NULL DEFAULT true,
  PRIMARY KEY (watched, part, hash)
);
CREATE INDEX watched_key_hash ON oversight.watched_key (hash);

-- How far the detectors have read, and up to which moment.
CREATE TABLE oversight.misuse_state (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  position bigint NOT NULL DEFAULT 0,
  seen     timestamptz,
  turned   timestamptz
);
INSERT INTO oversight.misuse_state DEFAULT VALUES;

-- Look-ups of the last days, for bursts and lists in pieces: who, when, under what; `words` only while a turn works.
CREATE TABLE oversight.lookup (
  entry   uuid NOT NULL,
  line    integer NOT NULL,
  index   bigint NOT NULL,
  at      timestamptz NOT NULL,
  account uuid NOT NULL,
  purpose uuid,
  kind    text NOT NULL CHECK (kind IN ('find', 'batch', 'suggest', 'watch')),
  off     boolean NOT NULL,
  surname boolean NOT NULL DEFAULT false,
  words   bytea[],
  near    bytea[],
  ids     bytea[],
  PRIMARY KEY (entry, line)
);
CREATE INDEX lookup_account ON oversight.lookup (account, at);
CREATE INDEX lookup_purpose ON oversight.lookup (purpose, at) WHERE kind = 'batch';
CREATE INDEX lookup_index ON oversight.lookup (index);

-- One account's day under one purpose: whether anything came of its look-ups.
CREATE TABLE oversight.lookup_day (
  account uuid NOT NULL,
  purpose uuid NOT NULL,
  day     date NOT NULL,
  lookups integer NOT NULL DEFAULT 0,
  first   timestamptz NOT NULL,
  last    timestamptz NOT NULL,
  entries uuid[] NOT NULL,
  used    timestamptz,
  PRIMARY KEY (account, purpose, day)
);
CREATE INDEX lookup_day_waiting ON oversight.lookup_day (last) WHERE used IS NULL;

CREATE TABLE oversight.flag (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind     text NOT NULL CHECK (kind IN
           ('self', 'colleague', 'family', 'household', 'press', 'official', 'after_hours', 'unused', 'sessions', 'split')),
  key      text NOT NULL,
  account  uuid NOT NULL,
  purpose  uuid,
  whom     uuid,
  of_list  text NOT NULL DEFAULT '',
  at       timestamptz NOT NULL,
  evidence uuid[] NOT NULL,
  figures  jsonb NOT NULL DEFAULT '{}',
  version  text NOT NULL,
  found    timestamptz NOT NULL DEFAULT clock_timestamp(),
  state    text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'inquiry', 'founded', 'unfounded'))
);
CREATE UNIQUE INDEX flag_open ON oversight.flag (key) WHERE state IN ('open', 'inquiry');
CREATE INDEX flag_account ON oversight.flag (account, at DESC);
CREATE INDEX flag_at ON oversight.flag (at DESC);
CREATE INDEX flag_evidence ON oversight.flag USING gin (evidence);

-- Never overwritten: what an overseer found, and when he went on asking.
CREATE TABLE oversight.flag_verdict (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  flag    uuid NOT NULL REFERENCES oversight.flag,
  verdict text NOT NULL CHECK (verdict IN ('founded', 'unfounded', 'inquiry')),
  remarks text NOT NULL CHECK (length(btrim(remarks)) >= 20),
  account uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  entry   uuid NOT NULL
);
CREATE INDEX flag_verdict_flag ON oversight.flag_verdict (flag, at);

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['watched', 'watched_key', 'misuse_state', 'lookup', 'lookup_day', 'flag', 'flag_verdict'] LOOP
    EXECUTE format('ALTER TABLE oversight.%I OWNER TO brightline_line', t);
    EXECUTE format('REVOKE ALL ON oversight.%I FROM PUBLIC', t);
  END LOOP;
END $own$;
