-- Acts that were sent under a key of the sender's, so that the same act sent twice is done once. Of the key its hash alone.
CREATE TABLE line.repeat (
  account uuid NOT NULL,
  key     bytea NOT NULL,
  act     bytea NOT NULL,
  entry   uuid,
  answer  jsonb,
  shown   jsonb,
  epoch   bigint NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account, key)
);
CREATE INDEX repeat_at ON line.repeat (account, at);
ALTER TABLE line.repeat OWNER TO brightline_line;
