-- What a check rests on can be found again and is told from what another rests on: a record, a numbered paper of the lead, or
-- a numbered consultation outside. `proof` says which, `origin` whose word it is; two that are alike in either count once.
CREATE TABLE leads.paper (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number    text NOT NULL UNIQUE CHECK (number ~ '^Q-\d{4}-\d{4,6}$'),
  lead      uuid NOT NULL REFERENCES leads.lead,
  kind      text NOT NULL CHECK (kind IN ('document', 'consultation')),
  system    text NOT NULL,
  reference text NOT NULL CHECK (length(btrim(reference)) >= 3),
  key       text NOT NULL,
  asked     timestamptz,
  account   uuid NOT NULL,
  made      timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((kind = 'consultation') = (asked IS NOT NULL)),
  UNIQUE (lead, kind, system, key)
);
ALTER TABLE leads.paper OWNER TO brightline_owner;
GRANT ALL ON leads.paper TO brightline_line;
GRANT SELECT ON leads.paper TO brightline_reader, brightline_writer;
GRANT INSERT ON leads.paper TO brightline_writer;
ALTER TABLE leads.paper ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads.paper FORCE ROW LEVEL SECURITY;

ALTER TABLE leads.check_entry ADD COLUMN proof text NOT NULL DEFAULT '';
ALTER TABLE leads.check_entry ADD COLUMN origin text NOT NULL DEFAULT '';
-- Of before: the evidence and the system as they were typed, folded, so that one paper and one register count once there too.
UPDATE leads.check_entry k SET
  proof = CASE WHEN k.entity IS NOT NULL THEN 'record:' || k.entity ELSE 'document:' || btrim(regexp_replace(lower(k.evidence), '[^[:alnum:]]+', ' ', 'g')) END,
  origin = btrim(regexp_replace(regexp_replace(lower(k.system), '[^[:alnum:]]+', ' ', 'g'), '( [0-9]+)+$', ''));
