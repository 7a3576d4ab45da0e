-- What an operation or a case turned into, kept from the moment it showed: a later correction doesn't take it off the overseers' list.
CREATE TABLE oversight.marked (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind    text NOT NULL CHECK (kind IN ('operation', 'case')),
  of      text NOT NULL,
  flag    text NOT NULL CHECK (flag ~ '^[a-z_]{3,30}$'),
  unit    text NOT NULL,
  regime  text NOT NULL,
  account uuid,
  entry   uuid,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (kind, of, flag)
);
CREATE INDEX marked_at ON oversight.marked (at);

-- What was published: each cell of each figure, for which period, the number and what was printed of it. A later publication is
-- compared with it, so that the two can't be subtracted. Nobody reads the numbers here.
CREATE TABLE oversight.published (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  figure  text NOT NULL,
  cell    jsonb NOT NULL CHECK (jsonb_typeof(cell) = 'array'),
  since   timestamptz NOT NULL,
  until   timestamptz NOT NULL,
  value   numeric NOT NULL,
  printed text NOT NULL CHECK (printed IN ('small', 'kept') OR printed ~ '^-?\d+$'),
  account uuid NOT NULL,
  entry   uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (figure, cell, since, until)
);
CREATE INDEX published_of ON oversight.published (figure, since, until);

DO $own$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['oversight.marked', 'oversight.published'] LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO brightline_line', t);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, brightline_reader, brightline_writer', t);
  END LOOP;
END $own$;
