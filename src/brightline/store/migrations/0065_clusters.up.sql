-- Where to look for what judgements join: kept beside them, so that a row which a refresh brings anew finds its place again.
-- Only entities that are joined with another stand here.
CREATE TABLE line.entity_cluster (
  entity  uuid PRIMARY KEY,
  cluster uuid NOT NULL
);
CREATE INDEX entity_cluster_cluster ON line.entity_cluster (cluster);
ALTER TABLE line.entity_cluster OWNER TO brightline_line;
REVOKE ALL ON line.entity_cluster FROM PUBLIC;

-- A source's doing that concerns a case.
DO $kind$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = 'notice_kind_check'
  AND c.conrelid = 'cases.notice'::regclass);
BEGIN
  ALTER TABLE cases.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE cases.notice ADD CONSTRAINT notice_kind_check ' || replace(old, 'ARRAY[', 'ARRAY[''source''::text, ');
END $kind$;
