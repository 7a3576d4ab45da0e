-- What was met in the field says what is odd about it, where it stands; what was entered wrongly is said by a further entry;
-- and one person is in one place, whichever operation, unit or regime entered them.

ALTER TABLE operations.person ADD COLUMN ids text[] NOT NULL DEFAULT '{}', ADD COLUMN keys text[] NOT NULL DEFAULT '{}';

ALTER TABLE operations.encounter
  ADD COLUMN flags text[] NOT NULL DEFAULT '{}',
  ADD COLUMN corrects uuid UNIQUE REFERENCES operations.encounter,
  ADD COLUMN correction text,
  ADD CONSTRAINT correction_said CHECK ((corrects IS NULL) = (correction IS NULL) AND (correction IS NULL OR length(btrim(correction)) >= 20));
-- A correction may repeat the facts of what it corrects.
DROP INDEX operations.encounter_facts;
CREATE UNIQUE INDEX encounter_facts ON operations.encounter (operation, digest) WHERE digest IS NOT NULL AND corrects IS NULL;

ALTER TABLE operations.cost
  ADD COLUMN corrects uuid UNIQUE REFERENCES operations.cost,
  ADD COLUMN correction text,
  DROP CONSTRAINT cost_amount_check,
  ADD CONSTRAINT cost_amount_check CHECK (amount > 0 OR (amount = 0 AND corrects IS NOT NULL)),
  ADD CONSTRAINT correction_said CHECK ((corrects IS NULL) = (correction IS NULL) AND (correction IS NULL OR length(btrim(correction)) >= 20));

-- A stay that was entered in error is void: its row stays, and it keeps nobody anywhere.
ALTER TABLE operations.custody_stay
  ADD COLUMN voided boolean NOT NULL DEFAULT false,
  ADD COLUMN basis text NOT NULL DEFAULT '',
  ADD COLUMN held_by uuid,
  DROP CONSTRAINT one_stay,
  ADD CONSTRAINT one_stay EXCLUDE USING gist (operations.one(person, person, '[]') WITH &&, tstzrange(book_in, book_out, '[)') WITH &&) WHERE (NOT voided);
ALTER TABLE operations.custody_event
  ADD COLUMN corrects uuid UNIQUE REFERENCES operations.custody_event,
  ADD COLUMN former uuid REFERENCES operations.custody_stay,
  ADD COLUMN authority text,
  ADD COLUMN evidence jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN flags text[] NOT NULL DEFAULT '{}',
  DROP CONSTRAINT custody_event_kind_check,
  ADD CONSTRAINT custody_event_kind_check CHECK (kind IN ('book_in', 'release', 'transfer', 'removal', 'disposition', 'detain', 'handover', 'void', 'stopped'));
CREATE INDEX custody_event_person ON operations.custody_event (person, at);
GRANT UPDATE (voided, held_by) ON operations.custody_stay TO brightline_writer;

-- Whoever approved a plan, in law or in fact, doesn't say afterwards whether it was kept. What was reviewed before stays as it is.
ALTER TABLE operations.operation ADD CONSTRAINT review_apart CHECK (review_by IS NULL
  OR (review_by IS DISTINCT FROM approved_by AND review_by IS DISTINCT FROM legal_by)) NOT VALID;

-- By whose keys somebody is in custody somewhere, in any unit and regime: the line's own, which no desk reads.
CREATE TABLE line.custody_claim (
  stay uuid NOT NULL,
  key  uuid NOT NULL,
  span tstzrange NOT NULL,
  PRIMARY KEY (stay, key),
  CONSTRAINT one_custody EXCLUDE USING gist (operations.one(key, key, '[]') WITH &&, span WITH &&)
);
ALTER TABLE line.custody_claim OWNER TO brightline_line;
REVOKE ALL ON line.custody_claim FROM PUBLIC;

CREATE FUNCTION operations.person_keyed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.keys := line.operations_keys(NEW.name, NEW.birth_date, NEW.ids);
  RETURN NEW;
END $$;
CREATE TRIGGER keyed BEFORE INSERT ON operations.person FOR EACH ROW EXECUTE FUNCTION operations.person_keyed();

CREATE FUNCTION operations.stay_claimed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.operations_claim(NEW, TG_OP = 'INSERT');
  RETURN NULL;
END $$;
CREATE TRIGGER claimed AFTER INSERT OR UPDATE OF book_in, book_out, voided ON operations.custody_stay FOR EACH ROW EXECUTE FUNCTION operations.stay_claimed();

-- A civil arrest rests on somebody's papers or somebody's look at them, never on nothing, whatever function enters it.
CREATE FUNCTION operations.encounter_founded() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.operations_founded(NEW.status_evidence, NEW.looked);
  RETURN NEW;
END $$;
CREATE TRIGGER founded BEFORE INSERT ON operations.encounter FOR EACH ROW WHEN (NEW.regime <> 'criminal' AND NEW.outcome = 'arrested')
  EXECUTE FUNCTION operations.encounter_founded();

CREATE OR REPLACE FUNCTION operations.hold_told() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.leads_held_tell((SELECT line.leads_person_keys(ARRAY[q.name], q.birth_date::text, q.ids, true) FROM operations.person q WHERE q.id = NEW.person), 'open');
  RETURN NEW;
END $$;

DO $own$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['operations.person_keyed()', 'operations.stay_claimed()', 'operations.encounter_founded()']::regprocedure[] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_owner', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer, brightline_line', f);
  END LOOP;
END $own$;
