-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: goes on where an import stands, which it names itself
-- params: {id: of an extract that is being taken in, at: rows that are in already, rows: how many this piece has,
--   total?, content_base64: {kept: [{row, day, until?, values}], faults: [{row, column, value, reason}]}}: the next
--   piece, at most 20,000 rows; each comes in once
-- result: the extract's head
DECLARE
  x operations.extract; at_row integer := line.int(p, 'at', 0); n integer := line.int(p, 'rows', 0);
  packed text := line.need(p, 'content_base64', 40000000); c jsonb; kept_now integer;
BEGIN
  -- Packed, so that the log keeps the hash of a table's rows and not the rows.
  BEGIN
    c := convert_from(decode(packed, 'base64'), 'UTF8')::jsonb;
  EXCEPTION WHEN data_exception THEN
    PERFORM line.bad('content_base64', 'is no table', 'Import by operation import.');
  END;
  SELECT * INTO x FROM operations.extract q WHERE q.id = line.uuid(p, 'id') FOR UPDATE;
  IF x.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF NOT x.state IN ('open', 'waiting', 'running') THEN
    PERFORM line.conflict(ctx, 'state', format('The extract is %s.', x.state), 'Send the table again.'); END IF;
  IF x.account <> ctx.account THEN PERFORM line.refuse(ctx, 'side', 'Who began the import sends its rows.',
    'Begin another.'); END IF;
  IF at_row <> x.rows THEN
    PERFORM line.conflict(ctx, 'place', format('%s rows of this table are in; this piece begins after %s.', x.rows,
    at_row), 'Go on where it stands.'); END IF;
  IF n < 0 OR n > 20000 THEN PERFORM line.bad('rows', 'must be 0 to 20,000', 'Send them in pieces.'); END IF;
  -- How many are taken of one table is set where it is read; this is the most that a setting may say.
  IF x.rows + n > 20000000 THEN PERFORM line.bad('file', 'has more than 20,000,000 rows', 'Split it by year.'); END IF;
  INSERT INTO operations.extract_row (extract, row, day, until, values)
    SELECT x.id, (k ->> 'row')::integer, (k ->> 'day')::date, (k ->> 'until')::date, k -> 'values'
      FROM operations.rows(c, 'kept', n) k;
  GET DIAGNOSTICS kept_now = ROW_COUNT;
  PERFORM operations.extract_count(x.id, c -> 'kept');
  INSERT INTO operations.extract_fault (extract, row, "column", value, reason)
    SELECT x.id, (k ->> 'row')::integer, k ->> 'column', left(k ->> 'value', 200), k ->> 'reason'
      FROM operations.rows(c, 'faults', 400000) k;
  UPDATE operations.extract q SET state = CASE q.state WHEN 'waiting' THEN 'running' ELSE q.state
    END, taken = ctx.at, attempts = 0, rows = q.rows + n,
    kept = q.kept + kept_now, quarantined = q.quarantined + (SELECT count(DISTINCT k ->> 'row')
      FROM operations.rows(c, 'faults', 400000) k),
    total = COALESCE(line.int(p, 'total', NULL), q.total) WHERE q.id = x.id RETURNING * INTO x;
  RETURN operations.extract_head(x);
END
