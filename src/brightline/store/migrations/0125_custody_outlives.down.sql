-- Takes the supervisor's link away. A chain that has one can't be told without it: such links go first, by hand and on record. The steps
-- stay in their table, where nothing asks for them; functions that look at the column are written anew by the next installation.
CREATE OR REPLACE FUNCTION cases.append_only() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'append_only', DETAIL =
    '{"code": "append_only", "detail": "The chain of custody is only added to.", "hint": "Add a further link that says what was wrong."}';
END $$;
CREATE OR REPLACE FUNCTION cases.locked() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
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
DROP TABLE retention.kept_hash;
DROP INDEX cases.custody_entry, cases.evidence_holder, cases.evidence_taker;
ALTER TABLE cases.custody DROP CONSTRAINT third_reassigns;
ALTER TABLE cases.custody DROP CONSTRAINT custody_act_check;
ALTER TABLE cases.custody ADD CONSTRAINT custody_act_check
  CHECK (act IN ('seize', 'store', 'offer', 'accept', 'decline', 'return', 'forfeit', 'destroy'));
ALTER TABLE cases.custody DROP COLUMN sha256 CASCADE;
