-- How far the index of a case has come whose items link to more than one turn of the worker takes: under which of the rows that are
-- due, and after which entity the next turn goes on.
CREATE TABLE line.match_place (
  case_id uuid PRIMARY KEY,
  due     bigint NOT NULL,
  after   uuid NOT NULL
);
ALTER TABLE line.match_place OWNER TO brightline_line;
