-- Acts of inquiries that were locked when the log was integrated: counted as soon as the row is free (ATTACKS A9).
CREATE TABLE line.uncounted (
  inquiry uuid PRIMARY KEY,
  acts    integer NOT NULL CHECK (acts > 0)
);
ALTER TABLE line.uncounted OWNER TO brightline_line;
