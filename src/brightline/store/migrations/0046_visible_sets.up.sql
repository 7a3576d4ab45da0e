-- What a visible set was when it was stored, by which rulebook, in which entry, and whether it was looked at since. Sets that
-- lie there already say none of it: the epoch moves, so that each is compiled again at the purpose's next call.
ALTER TABLE line.visible_set
  ADD COLUMN hash bytea NOT NULL DEFAULT '\x',
  ADD COLUMN rulebook bytea,
  ADD COLUMN entry uuid,
  ADD COLUMN checked timestamptz;
ALTER TABLE line.visible_set ALTER COLUMN hash DROP DEFAULT;
UPDATE line.state SET epoch = epoch + 1;

-- Sets that weren't what rulebook and facts give, when somebody looked.
CREATE TABLE line.visible_doubt (
  id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  purpose uuid NOT NULL REFERENCES line.purpose ON DELETE CASCADE,
  epoch   bigint NOT NULL,
  stored  text NOT NULL,
  lies    text NOT NULL,
  found   text NOT NULL,
  entry   uuid NOT NULL,
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE line.visible_doubt OWNER TO brightline_line;
