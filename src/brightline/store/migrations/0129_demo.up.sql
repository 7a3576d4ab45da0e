-- Whether this installation is a demo whose clock was moved while its past was made, and between which moments. Empty in
-- every other one: only `brightline demo` writes here, into a log that is empty (store/clock.py).
CREATE TABLE line.demo (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  since   timestamptz NOT NULL,
  until   timestamptz,
  began   timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK (until IS NULL OR until >= since)
);
ALTER TABLE line.demo OWNER TO brightline_line;
