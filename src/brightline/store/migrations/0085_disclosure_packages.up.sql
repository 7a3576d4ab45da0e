-- What leaves is what was approved: the bytes of a package are made when approval is asked for, approved as such, sent and
-- kept. Of a purged case the hash stays. Further submission makes further bytes beside the former ones.
CREATE TABLE disclosures.package (
  disclosure uuid NOT NULL REFERENCES disclosures.disclosure,
  sha256     bytea NOT NULL CHECK (length(sha256) = 32),
  content    bytea CHECK (sha256(content) = sha256),
  lines      jsonb,
  manifest   jsonb,
  made       timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (disclosure, sha256)
);
CREATE FUNCTION disclosures.package_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.content IS NULL AND NEW.lines IS NULL AND NEW.manifest IS NULL AND NEW.sha256 = OLD.sha256
    AND NEW.disclosure = OLD.disclosure AND NEW.made = OLD.made THEN RETURN NEW; END IF;
  RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'kept', DETAIL =
    '{"code": "kept", "detail": "A package is kept as it was approved.", "hint": "Submit again: that makes another one."}';
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON disclosures.package FOR EACH ROW EXECUTE FUNCTION disclosures.package_kept();

ALTER TABLE disclosures.package OWNER TO brightline_owner;
ALTER FUNCTION disclosures.package_kept() OWNER TO brightline_owner;
GRANT ALL ON disclosures.package TO brightline_line;
ALTER TABLE disclosures.package ENABLE ROW LEVEL SECURITY;
ALTER TABLE disclosures.package FORCE ROW LEVEL SECURITY;
GRANT SELECT ON disclosures.package TO brightline_reader, brightline_writer;
GRANT INSERT ON disclosures.package TO brightline_writer;

-- A correction that a source brings is owed to each recipient: `about` says which state of the records it is for, so that it is
-- owed once for each.
ALTER TABLE disclosures.notice ADD COLUMN about text;
CREATE UNIQUE INDEX notice_about ON disclosures.notice (disclosure, about) WHERE about IS NOT NULL;
DO $kind$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = 'notice_kind_check'
  AND c.conrelid = 'cases.notice'::regclass);
BEGIN
  ALTER TABLE cases.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE cases.notice ADD CONSTRAINT notice_kind_check ' || replace(old, 'ARRAY[', 'ARRAY[''disclosure''::text, ');
END $kind$;
