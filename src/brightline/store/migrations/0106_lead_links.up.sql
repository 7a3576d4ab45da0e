-- Leads are one subject's by what belongs to one person alone; what is shared or spelled alike is proposed. And what a source says
-- otherwise when it sends a lead again is kept as a change until somebody has looked at it.
ALTER TABLE leads.content ADD COLUMN name_key text NOT NULL DEFAULT '';
CREATE INDEX content_name ON leads.content USING gin (name_key ext.gin_trgm_ops);

CREATE FUNCTION leads.content_named() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.name_key := line.leads_name_key(NEW.properties #>> '{name,0}');
  RETURN NEW;
END $$;
CREATE TRIGGER named BEFORE INSERT OR UPDATE OF properties ON leads.content FOR EACH ROW EXECUTE FUNCTION leads.content_named();

-- One person's word that a lead repeats another that states something else; a second person's closes it.
ALTER TABLE leads.lead ADD COLUMN twin_of uuid REFERENCES leads.lead;
ALTER TABLE leads.lead ADD COLUMN twin_by uuid;
ALTER TABLE leads.lead ADD COLUMN twin_reason text;
ALTER TABLE leads.lead ADD CONSTRAINT twin_whole CHECK ((twin_of IS NULL) = (twin_by IS NULL) AND (twin_of IS NULL) = (twin_reason IS NULL));

-- By which a row is known again when it comes once more, and where it stood in its file.
ALTER TABLE leads.lead ADD COLUMN row_digest bytea;
ALTER TABLE leads.lead ADD COLUMN intake_row integer;

CREATE TABLE leads.change (
  id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  lead       uuid NOT NULL REFERENCES leads.lead,
  intake     uuid REFERENCES leads.intake,
  given      jsonb NOT NULL,
  digest     bytea NOT NULL,
  difference jsonb NOT NULL,
  fields     text[] NOT NULL,
  state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'taken', 'left', 'replaced')),
  made       timestamptz NOT NULL DEFAULT clock_timestamp(),
  decided    timestamptz,
  decided_by uuid,
  reason     text,
  CHECK ((state IN ('taken', 'left')) = (decided_by IS NOT NULL AND length(btrim(reason)) >= 20))
);
CREATE UNIQUE INDEX change_open ON leads.change (lead) WHERE state = 'open';
CREATE INDEX change_lead ON leads.change (lead, made);
ALTER TABLE leads.change OWNER TO brightline_owner;
GRANT ALL ON leads.change TO brightline_line;
GRANT SELECT ON leads.change TO brightline_reader, brightline_writer;
ALTER TABLE leads.change ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads.change FORCE ROW LEVEL SECURITY;

ALTER TABLE leads.intake ADD COLUMN changed integer NOT NULL DEFAULT 0;
-- Kinds that others added stay, whichever came first.
DO $kinds$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conrelid = 'leads.notice'::regclass AND c.conname = 'notice_kind_check');
BEGIN
  ALTER TABLE leads.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE leads.notice ADD CONSTRAINT notice_kind_check ' || replace(old, 'ARRAY[', 'ARRAY[''changed''::text, ''twins''::text, ');
END $kinds$;

DO $own$
BEGIN
  ALTER FUNCTION leads.content_named() OWNER TO brightline_owner;
  REVOKE ALL ON FUNCTION leads.content_named() FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION leads.content_named() TO brightline_reader, brightline_writer, brightline_line;
END $own$;

-- A file of a hundred thousand rows needs longer numbers.
ALTER TABLE leads.lead DROP CONSTRAINT lead_number_check;
ALTER TABLE leads.lead ADD CONSTRAINT lead_number_check CHECK (number ~ '^L-\d{4}-\d{4,8}$');
