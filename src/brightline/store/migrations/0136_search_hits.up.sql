-- What a net of the search brings in: enough of a row to merge, order and count it without reading it again.
CREATE TYPE content.hit AS (
  id uuid, entity uuid, cluster uuid, source text, schema text, first date, last date, countries jsonb, score numeric);
ALTER TYPE content.hit OWNER TO brightline_owner;
