-- The warehouse's bookkeeping. The records themselves lie in Delta tables, which only the worker opens; here stands which
-- run is in which version, what of the cases waits to follow, what is done by the clock, and who exported what.

CREATE SCHEMA warehouse AUTHORIZATION brightline_line;
GRANT USAGE ON SCHEMA warehouse TO brightline_reader, brightline_writer, brightline_worker;

ALTER TABLE feed.run ADD COLUMN delta_version bigint;
ALTER TABLE feed.run ADD COLUMN delta_withdrawn bigint;
CREATE INDEX run_unstored ON feed.run (ended) WHERE state = 'published' AND delta_version IS NULL;

-- One Delta table per source, and one for what the cases say of themselves.
CREATE TABLE warehouse.dataset (
  source      text PRIMARY KEY,
  version     bigint NOT NULL DEFAULT -1,
  commits     integer NOT NULL DEFAULT 0,
  total       bigint NOT NULL DEFAULT 0,
  classes     text[] NOT NULL DEFAULT '{}',
  last_commit timestamptz,
  fault       text,
  fault_at    timestamptz
);

CREATE TABLE warehouse.commit (
  source  text NOT NULL REFERENCES warehouse.dataset,
  version bigint NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('run', 'withdrawal', 'case')),
  origin  uuid NOT NULL,
  put     bigint NOT NULL DEFAULT 0,
  gone    bigint NOT NULL DEFAULT 0,
  total   bigint NOT NULL DEFAULT 0,
  lag     double precision NOT NULL DEFAULT 0,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source, version, origin)
);

-- What changed in a case and hasn't reached the warehouse. A row without a marking is held, and says why.
CREATE TABLE warehouse.outbox (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind    text NOT NULL CHECK (kind IN ('case', 'person_role', 'item', 'note')),
  object  uuid NOT NULL,
  case_id uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  batch   uuid,
  held    text
);
CREATE UNIQUE INDEX outbox_once ON warehouse.outbox (kind, object) WHERE batch IS NULL;
CREATE INDEX outbox_batch ON warehouse.outbox (batch) WHERE batch IS NOT NULL;

CREATE TABLE warehouse.schedule (
  name    text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9:-]{0,78}$'),
  kind    text NOT NULL CHECK (kind IN ('feed', 'export', 'flow')),
  target  text NOT NULL,
  cron    text NOT NULL CHECK (length(cron) BETWEEN 9 AND 100),
  params  jsonb NOT NULL DEFAULT '{}',
  standing_order uuid NOT NULL REFERENCES line.standing_order,
  purpose uuid NOT NULL REFERENCES line.purpose,
  purpose_key text NOT NULL,
  unit    text NOT NULL,
  account uuid NOT NULL REFERENCES line.account,
  account_name text NOT NULL,
  state   text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'ended')),
  why     text,
  made    timestamptz NOT NULL DEFAULT clock_timestamp(),
  next_run timestamptz
);

CREATE TABLE warehouse.schedule_run (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  schedule text NOT NULL REFERENCES warehouse.schedule ON DELETE CASCADE,
  due      timestamptz NOT NULL,
  started  timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended    timestamptz,
  state    text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'refused', 'skipped', 'failed')),
  detail   text NOT NULL DEFAULT '',
  object   uuid,
  UNIQUE (schedule, due)
);

CREATE TABLE warehouse.export (
  id       uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  purpose  uuid NOT NULL REFERENCES line.purpose,
  purpose_key text NOT NULL,
  case_id  uuid NOT NULL,
  account  uuid NOT NULL REFERENCES line.account,
  account_name text NOT NULL,
  format   text NOT NULL CHECK (format IN ('csv', 'parquet', 'ftm')),
  items    uuid[] NOT NULL DEFAULT '{}',
  sources  text[] NOT NULL DEFAULT '{}',
  state    text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'working', 'ready', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  standing_order uuid NOT NULL REFERENCES line.standing_order,
  made     timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended    timestamptz,
  entry    uuid NOT NULL,
  markings integer[] NOT NULL DEFAULT '{}',
  file     text CHECK (file ~ '^[0-9a-f-]{36}\.(csv|parquet|ftm\.json)$'),
  manifest jsonb,
  fault    text
);
CREATE INDEX export_purpose ON warehouse.export (purpose, made DESC);

-- Which record's version went into which export: the way from a wrong value to every copy.
CREATE TABLE warehouse.export_record (
  export uuid NOT NULL REFERENCES warehouse.export,
  entity uuid NOT NULL,
  record uuid NOT NULL,
  PRIMARY KEY (export, entity, record)
);
CREATE INDEX export_record_entity ON warehouse.export_record (entity);

-- A steward's look into a table as it was: asked here, answered by the worker, without content.
CREATE TABLE warehouse.look (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  account uuid NOT NULL,
  source  text NOT NULL,
  as_of_version bigint,
  as_of_time timestamptz,
  source_key text,
  state   text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'answered', 'failed')),
  result  jsonb,
  fault   text,
  made    timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Whatever is written in a case leaves its mark in the outbox, in the same transaction, whoever writes it.
CREATE FUNCTION warehouse.noted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE of_case uuid;
BEGIN
  IF TG_TABLE_NAME = 'case_file' THEN of_case := NEW.id; ELSE of_case := NEW.case_id; END IF;
  INSERT INTO warehouse.outbox (kind, object, case_id)
    VALUES (CASE TG_TABLE_NAME WHEN 'case_file' THEN 'case' ELSE TG_TABLE_NAME END, NEW.id, of_case)
    ON CONFLICT (kind, object) WHERE batch IS NULL DO UPDATE SET at = clock_timestamp();
  RETURN NULL;
END $$;

DO $own$
DECLARE t record;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'warehouse' LOOP
    EXECUTE format('ALTER TABLE warehouse.%I OWNER TO brightline_line', t.tablename);
    EXECUTE format('REVOKE ALL ON warehouse.%I FROM PUBLIC', t.tablename);
    EXECUTE format('GRANT SELECT ON warehouse.%I TO brightline_reader, brightline_writer', t.tablename);
  END LOOP;
  FOR t IN SELECT unnest(ARRAY['case_file', 'person_role', 'item', 'note']) AS tablename LOOP
    EXECUTE format('CREATE TRIGGER warehouse AFTER INSERT OR UPDATE ON cases.%I FOR EACH ROW EXECUTE FUNCTION warehouse.noted()', t.tablename);
  END LOOP;
END $own$;
ALTER FUNCTION warehouse.noted() OWNER TO brightline_line;
REVOKE ALL ON FUNCTION warehouse.noted() FROM PUBLIC;
GRANT INSERT, UPDATE ON warehouse.export, warehouse.schedule TO brightline_writer;
GRANT INSERT, DELETE ON warehouse.export_record TO brightline_writer;
GRANT INSERT ON warehouse.look TO brightline_writer;

-- What was written before the warehouse was there follows too.
INSERT INTO warehouse.outbox (kind, object, case_id)
  SELECT 'case', id, id FROM cases.case_file UNION ALL SELECT 'person_role', id, case_id FROM cases.person_role
  UNION ALL SELECT 'item', id, case_id FROM cases.item UNION ALL SELECT 'note', id, case_id FROM cases.note;
