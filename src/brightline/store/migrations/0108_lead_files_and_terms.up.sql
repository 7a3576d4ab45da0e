-- A file of leads waits, is read by the worker in the box and taken in piece by piece: how far it is stands here.
ALTER TABLE leads.intake ADD COLUMN state text NOT NULL DEFAULT 'done' CHECK (state IN ('open', 'waiting', 'running', 'done', 'failed'));
ALTER TABLE leads.intake ADD COLUMN file text;
ALTER TABLE leads.intake ADD COLUMN total integer;
ALTER TABLE leads.intake ADD COLUMN accepted integer NOT NULL DEFAULT 0;
ALTER TABLE leads.intake ADD COLUMN known integer NOT NULL DEFAULT 0;
ALTER TABLE leads.intake ADD COLUMN linked integer NOT NULL DEFAULT 0;
ALTER TABLE leads.intake ADD COLUMN held integer NOT NULL DEFAULT 0;
ALTER TABLE leads.intake ADD COLUMN purpose_key text;
ALTER TABLE leads.intake ADD COLUMN standing_order uuid;
ALTER TABLE leads.intake ADD COLUMN taken timestamptz;
ALTER TABLE leads.intake ADD COLUMN attempts integer NOT NULL DEFAULT 0;
ALTER TABLE leads.intake ADD COLUMN ended timestamptz;
ALTER TABLE leads.intake ADD COLUMN message text;
ALTER TABLE leads.intake ADD COLUMN hint text;
CREATE INDEX intake_waiting ON leads.intake (at) WHERE state IN ('waiting', 'running');
CREATE INDEX lead_intake ON leads.lead (intake);
UPDATE leads.intake i SET ended = i.at, total = i.row_count, accepted = (SELECT count(*) FROM leads.lead f WHERE f.intake = i.id),
  held = (SELECT count(DISTINCT f.id) FROM leads.hold h JOIN leads.lead f ON f.id = h.lead WHERE f.intake = i.id);
GRANT UPDATE ON leads.intake TO brightline_writer;

-- Leads and the rows that couldn't be taken end in time: due, validated, held and purged by two people as records are.
ALTER TABLE retention.validation DROP CONSTRAINT validation_kind_check;
ALTER TABLE retention.validation ADD CONSTRAINT validation_kind_check CHECK (kind IN ('record', 'case', 'lead', 'quarantine'));
ALTER TABLE retention.hold DROP CONSTRAINT hold_kind_check;
ALTER TABLE retention.hold ADD CONSTRAINT hold_kind_check CHECK (kind IN ('record', 'case', 'source', 'lead', 'quarantine'));
ALTER TABLE retention.purge_item DROP CONSTRAINT purge_item_kind_check;
ALTER TABLE retention.purge_item ADD CONSTRAINT purge_item_kind_check CHECK (kind IN ('record', 'case', 'lead', 'quarantine'));
CREATE INDEX lead_kept ON leads.lead (keep_until);
CREATE INDEX associate_expires ON leads.associate (expires);

-- Kinds that others added stay, whichever came first.
DO $kinds$
DECLARE old text := (SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conrelid = 'leads.notice'::regclass AND c.conname = 'notice_kind_check');
BEGIN
  ALTER TABLE leads.notice DROP CONSTRAINT notice_kind_check;
  EXECUTE 'ALTER TABLE leads.notice ADD CONSTRAINT notice_kind_check ' || replace(old, 'ARRAY[', 'ARRAY[''stale''::text, ');
END $kinds$;
