-- Deconfliction by an index: keyed hashes of what a case's items, what these link to, its notes, documents and planned events
-- hold. Nothing of it can be read back; what is due to be indexed anew waits for the worker, one row of one size.
CREATE TABLE cases.match_key (
  case_id uuid NOT NULL REFERENCES cases.case_file,
  part    text NOT NULL CHECK (part IN ('items', 'words', 'event')),
  kind    text NOT NULL CHECK (kind IN ('value', 'name', 'address', 'event')),
  hash    bytea NOT NULL CHECK (length(hash) = 16),
  entity  uuid NOT NULL,
  aspect  uuid,
  starts  date,
  ends    date,
  CHECK ((part = 'event') = (starts IS NOT NULL AND ends IS NOT NULL))
);
CREATE INDEX match_key_hash ON cases.match_key (hash);
CREATE INDEX match_key_case ON cases.match_key (case_id, part, entity);
ALTER TABLE cases.match_key OWNER TO brightline_owner;
GRANT ALL ON cases.match_key TO brightline_line;
ALTER TABLE cases.match_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases.match_key FORCE ROW LEVEL SECURITY;

CREATE TABLE line.match_due (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  case_id uuid NOT NULL,
  part    character(8) NOT NULL,
  entity  uuid NOT NULL
);
ALTER TABLE line.match_due OWNER TO brightline_line;

-- Equal notices are one, with how often it came.
ALTER TABLE cases.notice ADD COLUMN times integer NOT NULL DEFAULT 1 CHECK (times > 0);
