-- Analysis: saved searches that watch what refreshes bring, and saved workspaces. Both hold ids and words of their
-- makers, never content: what a hit or a workspace shows is read under the line by whoever looks.

CREATE SCHEMA analysis AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA analysis TO brightline_reader, brightline_writer, brightline_line, brightline_worker;

CREATE TABLE analysis.watch (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account   uuid NOT NULL,
  purpose   uuid NOT NULL,
  case_id   uuid NOT NULL,
  standing  uuid NOT NULL UNIQUE,
  query     text NOT NULL CHECK (length(btrim(query)) BETWEEN 1 AND 400),
  words     jsonb NOT NULL CHECK (jsonb_typeof(words) = 'array'),
  fuzzy     integer NOT NULL CHECK (fuzzy IN (0, 1)),
  schemas   text[] NOT NULL DEFAULT '{}',
  sources   text[] NOT NULL DEFAULT '{}',
  reason    text NOT NULL CHECK (length(btrim(reason)) >= 1),
  state     text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'ended')),
  made      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX watch_account ON analysis.watch (account, purpose);

-- Which runs a watch has looked at: by name and not by a moment, since a run may commit after a later one.
CREATE TABLE analysis.evaluated (
  watch  uuid NOT NULL REFERENCES analysis.watch ON DELETE CASCADE,
  run    uuid NOT NULL,
  at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  capped boolean NOT NULL DEFAULT false,
  PRIMARY KEY (watch, run)
);

CREATE TABLE analysis.hit (
  watch  uuid NOT NULL REFERENCES analysis.watch ON DELETE CASCADE,
  entity uuid NOT NULL,
  record uuid NOT NULL,
  run    uuid NOT NULL,
  at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (watch, entity, record)
);
CREATE INDEX hit_newest ON analysis.hit (watch, at DESC);

CREATE TABLE analysis.workspace (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account uuid NOT NULL,
  purpose uuid NOT NULL,
  case_id uuid NOT NULL,
  title   text NOT NULL CHECK (length(btrim(title)) BETWEEN 1 AND 200),
  ids     uuid[] NOT NULL,
  layout  jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(layout) = 'object'),
  state   text NOT NULL DEFAULT 'private' CHECK (state IN ('private', 'shared')),
  made    timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX workspace_case ON analysis.workspace (case_id);

-- The steps of analysis/model.py; a test compares the two.
CREATE TABLE analysis.transition (
  kind    text NOT NULL CHECK (kind IN ('watch', 'workspace')),
  state   text NOT NULL,
  act     text NOT NULL,
  becomes text NOT NULL,
  PRIMARY KEY (kind, state, act)
);
INSERT INTO analysis.transition (kind, state, act, becomes) VALUES
  ('watch', 'active', 'pause', 'paused'), ('watch', 'paused', 'resume', 'active'),
  ('watch', 'active', 'end', 'ended'), ('watch', 'paused', 'end', 'ended'),
  ('workspace', 'private', 'share', 'shared'), ('workspace', 'shared', 'unshare', 'private');

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'analysis' LOOP
    EXECUTE format('ALTER TABLE analysis.%I OWNER TO brightline_owner', t.tablename);
    EXECUTE format('GRANT ALL ON analysis.%I TO brightline_line', t.tablename);
    EXECUTE format('ALTER TABLE analysis.%I ENABLE ROW LEVEL SECURITY', t.tablename);
    EXECUTE format('ALTER TABLE analysis.%I FORCE ROW LEVEL SECURITY', t.tablename);
  END LOOP;
END $own$;
GRANT SELECT ON ALL TABLES IN SCHEMA analysis TO brightline_reader, brightline_writer;
GRANT INSERT, UPDATE ON analysis.watch, analysis.workspace TO brightline_writer;
GRANT INSERT ON analysis.evaluated, analysis.hit TO brightline_writer;

-- A watch that found something tells its owner; how many, not what.
ALTER TABLE cases.notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE cases.notice ADD CONSTRAINT notice_kind_check
  CHECK (kind IN ('task', 'report', 'custody', 'clearance', 'deconfliction', 'watch'));
