-- What became of the documents of cases when they were read. Their words are aspects in the case's compartment; here
-- stands only that they were read, how it ended and why.

CREATE SCHEMA documents AUTHORIZATION brightline_owner;
GRANT USAGE ON SCHEMA documents TO brightline_reader, brightline_writer, brightline_line;

CREATE TABLE documents.reading (
  document uuid PRIMARY KEY REFERENCES cases.document,
  case_id  uuid NOT NULL REFERENCES cases.case_file,
  state    text NOT NULL CHECK (state IN ('extracted', 'empty', 'encrypted', 'broken', 'unsupported', 'too_large', 'too_slow')),
  reason   text NOT NULL DEFAULT '',
  format   text NOT NULL DEFAULT '',
  pages    integer NOT NULL DEFAULT 0 CHECK (pages >= 0),
  kept     integer NOT NULL DEFAULT 0 CHECK (kept >= 0),
  characters integer NOT NULL DEFAULT 0 CHECK (characters >= 0),
  account  uuid NOT NULL,
  at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (state = 'extracted' OR btrim(reason) <> ''),
  CHECK ((state = 'extracted') = (kept > 0))
);
CREATE INDEX reading_case ON documents.reading (case_id);

ALTER TABLE documents.reading OWNER TO brightline_owner;
GRANT ALL ON documents.reading TO brightline_line;
ALTER TABLE documents.reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents.reading FORCE ROW LEVEL SECURITY;
GRANT SELECT ON documents.reading TO brightline_reader, brightline_writer;
GRANT INSERT, UPDATE ON documents.reading TO brightline_writer;
