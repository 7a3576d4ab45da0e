-- Custody outlives people and cases: a supervisor may give an item to another custodian, who accepts; a link names the hash
-- of the bytes that the server computed then; and of a purged case the seals of its chains stay.
ALTER TABLE cases.custody ADD COLUMN sha256 bytea CHECK (length(sha256) = 32);
ALTER TABLE cases.custody DROP CONSTRAINT custody_act_check;
ALTER TABLE cases.custody ADD CONSTRAINT custody_act_check
  CHECK (act IN ('seize', 'store', 'offer', 'accept', 'decline', 'reassign', 'return', 'forfeit', 'destroy'));
ALTER TABLE cases.custody ADD CONSTRAINT third_reassigns
  CHECK (act <> 'reassign' OR (giver IS NOT NULL AND taker IS NOT NULL AND giver <> taker AND account <> giver AND account <> taker));
CREATE INDEX custody_entry ON cases.custody (entry);
CREATE INDEX evidence_holder ON cases.evidence (custodian);
CREATE INDEX evidence_taker ON cases.evidence (offered_to) WHERE offered_to IS NOT NULL;
INSERT INTO cases.evidence_transition (state, act, becomes) VALUES
  ('seized', 'reassign', 'seized'), ('stored', 'reassign', 'stored'), ('transferred', 'reassign', 'transferred')
  ON CONFLICT DO NOTHING;

-- What is left of what may only be added to, when its case is purged: hashes, by which whoever holds a copy can show that
-- it is the destroyed thing.
CREATE TABLE retention.kept_hash (
  purge   uuid NOT NULL REFERENCES retention.purge,
  of_case uuid NOT NULL,
  kind    text NOT NULL CHECK (kind IN ('custody', 'report')),
  object  uuid NOT NULL,
  place   integer NOT NULL DEFAULT 0,
  sha256  bytea NOT NULL CHECK (length(sha256) = 32),
  PRIMARY KEY (object, place)
);
ALTER TABLE retention.kept_hash OWNER TO brightline_line;
REVOKE ALL ON retention.kept_hash FROM PUBLIC;

CREATE OR REPLACE FUNCTION cases.append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF line.cases_hash_kept(OLD.evidence, OLD.place_in_chain, OLD.seal) THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'append_only', DETAIL =
    '{"code": "append_only", "detail": "The chain of custody is only added to.", "hint": "Add a further link that says what was wrong."}';
END $$;

CREATE OR REPLACE FUNCTION cases.locked() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF line.cases_hash_kept((CASE TG_TABLE_NAME WHEN 'report' THEN to_jsonb(OLD) ->> 'id' ELSE to_jsonb(OLD) ->> 'report' END)::uuid, 0, NULL)
      THEN RETURN OLD; END IF;
  END IF;
  IF TG_TABLE_NAME = 'report' THEN
    standing := OLD.state;
    IF OLD.state <> 'approved' AND TG_OP = 'UPDATE' AND (NEW.author <> OLD.author OR NEW.number <> OLD.number
        OR NEW.case_id <> OLD.case_id) THEN standing := 'approved'; END IF;
    IF TG_OP = 'DELETE' THEN standing := 'approved'; END IF;
  ELSE
    SELECT r.state INTO standing FROM cases.report r WHERE r.id = COALESCE(NEW.report, OLD.report);
    IF standing = 'in_review' THEN standing := 'approved'; END IF;
  END IF;
  IF standing = 'approved' THEN
    RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'locked', DETAIL =
      '{"code": "locked", "detail": "This report can''t be changed any more.", "hint": "Write a further report that corrects it."}';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
