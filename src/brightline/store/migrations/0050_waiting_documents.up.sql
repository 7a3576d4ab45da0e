-- Documents that wait to be read: a web process that reads them itself is held up by whoever sends many. A row is what the
-- worker has to do, under a standing order of the account that added it; `stopped` says why it is tried no more.
CREATE TABLE documents.waiting (
  document       uuid PRIMARY KEY REFERENCES cases.document ON DELETE CASCADE,
  case_id        uuid NOT NULL REFERENCES cases.case_file,
  purpose        uuid NOT NULL,
  purpose_key    text NOT NULL,
  account        uuid NOT NULL,
  account_name   text NOT NULL,
  unit           text,
  standing_order uuid NOT NULL,
  asked          timestamptz NOT NULL DEFAULT clock_timestamp(),
  taken          timestamptz,
  attempts       integer NOT NULL DEFAULT 0,
  stopped        text CHECK (stopped IN ('refused', 'box', 'attempts'))
);
CREATE INDEX waiting_case ON documents.waiting (case_id);
CREATE INDEX waiting_account ON documents.waiting (account) WHERE stopped IS NULL;

ALTER TABLE documents.waiting OWNER TO brightline_owner;
GRANT ALL ON documents.waiting TO brightline_line;
ALTER TABLE documents.waiting ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.waiting FORCE ROW LEVEL SECURITY;
GRANT SELECT ON documents.waiting TO brightline_reader, brightline_writer;
GRANT USAGE ON SCHEMA documents TO brightline_worker;
