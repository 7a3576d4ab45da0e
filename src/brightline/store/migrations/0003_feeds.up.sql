-- Feeds: what is registered, each run, what was set aside, and the stage that the feed process may write to and
-- nothing else. Everything that reads content or publishes is a definer function of brightline_line.

CREATE SCHEMA feed AUTHORIZATION brightline_line;
CREATE SCHEMA stage AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA feed TO brightline_reader, brightline_writer, brightline_feed;
GRANT USAGE ON SCHEMA stage TO brightline_feed, brightline_line;

CREATE TABLE feed.feed (
  name      text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  title     text NOT NULL,
  source    text NOT NULL,
  manifest  jsonb NOT NULL,
  digest    text NOT NULL,
  folder    text NOT NULL,
  format    text NOT NULL,
  mode      text NOT NULL,
  schedule  text,
  state     text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused')),
  last_run  uuid,
  published integer NOT NULL DEFAULT 0,
  records   bigint NOT NULL DEFAULT 0,
  aspects   bigint NOT NULL DEFAULT 0,
  links     bigint NOT NULL DEFAULT 0,
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed   timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE feed.run (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  feed      text NOT NULL REFERENCES feed.feed,
  kind      text NOT NULL DEFAULT 'refresh' CHECK (kind IN ('refresh', 'replay')),
  mode      text NOT NULL CHECK (mode IN ('snapshot', 'incremental')),
  input     text,
  state     text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'published', 'failed', 'withdrawn')),
  account   uuid NOT NULL,
  account_name text NOT NULL,
  unit      text,
  queued    timestamptz NOT NULL DEFAULT clock_timestamp(),
  started   timestamptz,
  ended     timestamptz,
  base      uuid,
  digest    text,
  version   integer,
  attempts  integer NOT NULL DEFAULT 0,
  rows      bigint NOT NULL DEFAULT 0,
  new       bigint NOT NULL DEFAULT 0,
  changed   bigint NOT NULL DEFAULT 0,
  unchanged bigint NOT NULL DEFAULT 0,
  deleted   bigint NOT NULL DEFAULT 0,
  rejected_rows   bigint NOT NULL DEFAULT 0,
  rejected_values bigint NOT NULL DEFAULT 0,
  aspects   bigint NOT NULL DEFAULT 0,
  links     bigint NOT NULL DEFAULT 0,
  delta     jsonb NOT NULL DEFAULT '{}',
  checksums jsonb NOT NULL DEFAULT '{}',
  progress  jsonb NOT NULL DEFAULT '{}',
  replays   uuid[] NOT NULL DEFAULT '{}',
  message   text,
  code      text
);
CREATE INDEX run_feed ON feed.run (feed, queued DESC);

CREATE TABLE feed.quarantine (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  feed        text NOT NULL,
  run         uuid NOT NULL,
  row         bigint,
  source_key  text,
  column_name text,
  reason      text NOT NULL,
  detail      text NOT NULL,
  value       text,
  state       text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'noted', 'stale')),
  at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX quarantine_feed ON feed.quarantine (feed, state, at DESC);
CREATE INDEX quarantine_run ON feed.quarantine (run);

-- What a run took away, so that withdrawing the run brings it back as it was.
CREATE TABLE feed.retired_aspect (LIKE content.aspect INCLUDING DEFAULTS, retired_by uuid NOT NULL);
CREATE INDEX retired_aspect_run ON feed.retired_aspect (retired_by);
CREATE TABLE feed.retired_link (LIKE content.link INCLUDING DEFAULTS, retired_by uuid NOT NULL);
CREATE INDEX retired_link_run ON feed.retired_link (retired_by);

-- Links whose other end isn't there, or only under a stricter marking: kept until it is.
CREATE TABLE feed.dangling (LIKE content.link INCLUDING DEFAULTS, missing uuid NOT NULL, feed text NOT NULL, run uuid);
CREATE INDEX dangling_missing ON feed.dangling (missing);
CREATE INDEX dangling_record ON feed.dangling (record);

-- One entry for each link is enough: its other direction is found by the primary key.
CREATE INDEX aspect_record ON content.aspect (record);
CREATE INDEX link_record ON content.link (record) WHERE forward;

-- Unlogged: a crash empties them, and the run starts again.
CREATE UNLOGGED TABLE stage.key (run uuid NOT NULL, key text NOT NULL, hash bytea, op "char" NOT NULL DEFAULT 'u');
CREATE UNLOGGED TABLE stage.todo (run uuid NOT NULL, key text NOT NULL, version integer NOT NULL, op "char" NOT NULL, old uuid);
CREATE UNLOGGED TABLE stage.record (run uuid NOT NULL, id uuid NOT NULL, key text NOT NULL, version integer NOT NULL,
  hash bytea NOT NULL, payload jsonb NOT NULL, marking integer NOT NULL);
CREATE UNLOGGED TABLE stage.aspect (run uuid NOT NULL, id uuid NOT NULL, record uuid NOT NULL, entity uuid NOT NULL,
  marking integer NOT NULL, schema text NOT NULL, caption text NOT NULL, properties jsonb NOT NULL, original jsonb NOT NULL,
  keys text[] NOT NULL, document text NOT NULL, places jsonb NOT NULL, first date, last date);
CREATE UNLOGGED TABLE stage.link (run uuid NOT NULL, id uuid NOT NULL, src uuid NOT NULL, dst uuid NOT NULL, kind text NOT NULL,
  aspect uuid NOT NULL, record uuid NOT NULL, marking integer NOT NULL, from_date date, to_date date, weight real NOT NULL,
  local boolean NOT NULL);
CREATE UNLOGGED TABLE stage.token (run uuid NOT NULL, token text NOT NULL);
CREATE UNLOGGED TABLE stage.quarantine (run uuid NOT NULL, row bigint, source_key text, column_name text, reason text NOT NULL,
  detail text NOT NULL, value text, state text NOT NULL);

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'feed' LOOP
    EXECUTE format('ALTER TABLE feed.%I OWNER TO brightline_line', t.tablename);
    EXECUTE format('REVOKE ALL ON feed.%I FROM PUBLIC', t.tablename);
  END LOOP;
  FOR t IN SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'stage' LOOP
    EXECUTE format('ALTER TABLE stage.%I OWNER TO brightline_line', t.tablename);
    EXECUTE format('REVOKE ALL ON stage.%I FROM PUBLIC', t.tablename);
    EXECUTE format('GRANT INSERT ON stage.%I TO brightline_feed', t.tablename);
  END LOOP;
END $own$;
REVOKE INSERT ON stage.todo FROM brightline_feed;
ALTER SCHEMA stage OWNER TO brightline_line;

GRANT SELECT ON feed.feed, feed.run, feed.quarantine TO brightline_reader, brightline_writer;
GRANT INSERT, UPDATE ON feed.feed TO brightline_writer;
GRANT INSERT ON feed.run TO brightline_writer;
