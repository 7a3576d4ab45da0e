DROP TRIGGER founded ON operations.encounter;
DROP TRIGGER claimed ON operations.custody_stay;
DROP TRIGGER keyed ON operations.person;
DROP FUNCTION operations.encounter_founded();
DROP FUNCTION operations.stay_claimed();
DROP FUNCTION operations.person_keyed();
CREATE OR REPLACE FUNCTION operations.hold_told() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.leads_held_tell((SELECT line.leads_person_keys(ARRAY[q.name], q.birth_date::text, '{}', true) FROM operations.person q WHERE q.id = NEW.person), 'open');
  RETURN NEW;
END $$;
DROP TABLE line.custody_claim CASCADE;
ALTER TABLE operations.operation DROP CONSTRAINT review_apart;
REVOKE UPDATE (voided, held_by) ON operations.custody_stay FROM brightline_writer;
DROP INDEX operations.custody_event_person;
DELETE FROM operations.custody_event WHERE kind IN ('detain', 'handover', 'void', 'stopped');
ALTER TABLE operations.custody_event
  DROP CONSTRAINT custody_event_kind_check,
  ADD CONSTRAINT custody_event_kind_check CHECK (kind IN ('book_in', 'release', 'transfer', 'removal', 'disposition')),
  DROP COLUMN flags CASCADE, DROP COLUMN evidence CASCADE, DROP COLUMN authority CASCADE, DROP COLUMN former CASCADE, DROP COLUMN corrects CASCADE;
DELETE FROM operations.custody_stay WHERE voided;
ALTER TABLE operations.custody_stay
  DROP CONSTRAINT one_stay,
  ADD CONSTRAINT one_stay EXCLUDE USING gist (operations.one(person, person, '[]') WITH &&, tstzrange(book_in, book_out, '[)') WITH &&),
  DROP COLUMN held_by CASCADE, DROP COLUMN basis CASCADE, DROP COLUMN voided CASCADE;
DELETE FROM operations.cost WHERE amount = 0;
ALTER TABLE operations.cost
  DROP CONSTRAINT correction_said, DROP CONSTRAINT cost_amount_check, ADD CONSTRAINT cost_amount_check CHECK (amount > 0),
  DROP COLUMN correction CASCADE, DROP COLUMN corrects CASCADE;
DROP INDEX operations.encounter_facts;
ALTER TABLE operations.encounter DROP CONSTRAINT correction_said, DROP COLUMN correction CASCADE, DROP COLUMN corrects CASCADE, DROP COLUMN flags CASCADE;
CREATE UNIQUE INDEX encounter_facts ON operations.encounter (operation, digest) WHERE digest IS NOT NULL;
ALTER TABLE operations.person DROP COLUMN keys CASCADE, DROP COLUMN ids CASCADE;
