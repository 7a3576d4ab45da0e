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
