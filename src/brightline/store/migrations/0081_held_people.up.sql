-- A hold belongs to a person: what a claim is matched by stands with it. Who opened a hold is none of those who clear it:
-- a first finding of the opener's own on an open hold is taken back.
ALTER TABLE leads.hold ADD COLUMN keys text[] NOT NULL DEFAULT '{}';
CREATE INDEX hold_keys ON leads.hold USING gin (keys) WHERE state IN ('open', 'upheld');
UPDATE leads.hold SET first_by = NULL, first_at = NULL, first_reason = NULL, status = NULL WHERE state = 'open' AND first_by = opened_by;
ALTER TABLE leads.hold ADD CONSTRAINT opener_apart CHECK (opened_by IS DISTINCT FROM first_by AND opened_by IS DISTINCT FROM second_by) NOT VALID;

ALTER TABLE leads.notice DROP CONSTRAINT notice_kind_check;
ALTER TABLE leads.notice ADD CONSTRAINT notice_kind_check CHECK (kind IN ('weakened', 'wrong_person', 'held', 'hold_ended'));

-- Whatever function moves a lead on, what ends it or holds its subject stops it here.
CREATE FUNCTION leads.stopped() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.leads_stop(NEW.id);
  RETURN NEW;
END $$;
CREATE TRIGGER stopped BEFORE UPDATE OF state ON leads.lead FOR EACH ROW
  WHEN (NEW.state <> OLD.state AND NEW.state IN ('viable', 'checked', 'crossing', 'referred', 'accepted', 'finished')
    AND NOT (OLD.state IN ('crossing', 'referred') AND NEW.state = 'checked')) EXECUTE FUNCTION leads.stopped();

CREATE FUNCTION leads.hold_keyed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.keys := line.leads_keys(NEW.lead, true);
  RETURN NEW;
END $$;
CREATE TRIGGER keyed BEFORE INSERT ON leads.hold FOR EACH ROW EXECUTE FUNCTION leads.hold_keyed();

CREATE FUNCTION leads.hold_told() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.leads_held_tell(NEW.keys, NEW.state);
  RETURN NEW;
END $$;
CREATE TRIGGER told AFTER INSERT OR UPDATE OF state ON leads.hold FOR EACH ROW EXECUTE FUNCTION leads.hold_told();

CREATE FUNCTION operations.hold_told() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.leads_held_tell((SELECT line.leads_person_keys(ARRAY[q.name], q.birth_date::text, '{}', true) FROM operations.person q WHERE q.id = NEW.person), 'open');
  RETURN NEW;
END $$;
CREATE TRIGGER told AFTER INSERT ON operations.hold FOR EACH ROW EXECUTE FUNCTION operations.hold_told();

DO $own$
DECLARE f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['leads.stopped()', 'leads.hold_keyed()', 'leads.hold_told()', 'operations.hold_told()']::regprocedure[] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_owner', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer, brightline_line', f);
  END LOOP;
END $own$;
