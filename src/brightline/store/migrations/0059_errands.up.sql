-- What a command leaves to the worker: whom it has to tell is nothing that the asker's own transaction may show by what it
-- writes, so that writes one row of one size, whatever is hidden. Never compressed: how well a row compresses tells of it.
CREATE TABLE line.errand (
  id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind  character(16) NOT NULL,
  body  text NOT NULL CHECK (length(body) % 512 = 0),
  tried integer NOT NULL DEFAULT 0,
  due   timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE line.errand ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE line.errand OWNER TO brightline_line;

-- Who stood on a side of a crossing when it was requested. Not in the request's own row any more, whose size it changed.
CREATE TABLE line.crossing_party (
  crossing uuid NOT NULL REFERENCES line.crossing ON DELETE CASCADE,
  account  uuid NOT NULL,
  PRIMARY KEY (crossing, account)
);
ALTER TABLE line.crossing_party OWNER TO brightline_line;
