-- act: change
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: goes on where an intake stands, which it names itself
-- params: {intake, at: rows of the file that are in already, total?: rows of the whole file, content_base64: JSON
--   {rows: [{row, key, title, received, priority, properties, identifiers, narrative, claim, associates}], rejected:
--   [{row, reasons, raw}]}}: the next piece of an intake, at most 2,000 rows; each piece comes in once
-- result: the intake with numbers: those of the leads that it brought
DECLARE
  i leads.intake; g leads.programme; at_row integer := line.int(p, 'at', 0); batch jsonb; put jsonb; n integer;
  packed text := line.need(p, 'content_base64', 20000000);
BEGIN
  SELECT * INTO i FROM leads.intake x WHERE x.id = line.uuid(p, 'intake') FOR UPDATE;
  IF i.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  SELECT * INTO g FROM leads.programme x WHERE x.name = i.programme AND x.version = i.version;
  PERFORM line.under(ctx, g.authority);
  IF NOT i.state IN ('open', 'waiting', 'running') THEN
    PERFORM line.conflict(ctx, 'state', format('The intake is %s.', i.state), 'Send the file again.'); END IF;
  IF i.account <> ctx.account THEN PERFORM line.refuse(ctx, 'side', 'Who began the intake sends its rows.',
    'Begin another.'); END IF;
  IF at_row <> i.row_count THEN
    PERFORM line.conflict(ctx, 'place', format('%s rows of this file are in; this piece begins after %s.', i.row_count,
      at_row), 'Go on where it stands.'); END IF;
  BEGIN
    batch := convert_from(decode(packed, 'base64'), 'UTF8')::jsonb;
  EXCEPTION WHEN data_exception OR invalid_text_representation THEN batch := NULL;
  END;
  IF jsonb_typeof(batch -> 'rows') IS DISTINCT FROM 'array'
    OR jsonb_typeof(batch -> 'rejected') IS DISTINCT FROM 'array' THEN
    PERFORM line.bad('content_base64', 'holds no rows of leads', 'Send a CSV by lead intake.'); END IF;
  n := jsonb_array_length(batch -> 'rows') + jsonb_array_length(batch -> 'rejected');
  IF n > 2000 THEN PERFORM line.bad('content_base64', 'holds more than 2,000 rows', 'Send them in pieces.'); END IF;
  -- How many are taken of one file is set where it is read; this is the most that a setting may say.
  IF i.row_count + n > 20000000 THEN PERFORM line.bad('file', 'has more than 20,000,000 rows', 'Split it.'); END IF;
  INSERT INTO leads.quarantine (intake, unit, row_number, reasons, raw)
    SELECT i.id, g.unit, (r ->> 'row')::integer, r -> 'reasons', r -> 'raw'
      FROM jsonb_array_elements(batch -> 'rejected') r;
  put := line.leads_put(ctx, g, i.id, batch -> 'rows');
  UPDATE leads.intake x SET state = CASE x.state WHEN 'waiting' THEN 'running' ELSE x.state
    END, taken = ctx.at, attempts = 0, total = COALESCE(line.int(p, 'total', NULL), x.total),
    row_count = x.row_count + n, rejected = x.rejected + jsonb_array_length(batch -> 'rejected'), accepted = x.accepted
      + (put ->> 'accepted')::integer,
    known = x.known + (put ->> 'known')::integer, changed = x.changed + (put ->> 'changed')::integer, linked = x.linked
      + (put ->> 'linked')::integer,
    held = x.held + (put ->> 'held')::integer WHERE x.id = i.id RETURNING * INTO i;
  RETURN leads.intake_head(i) || jsonb_build_object('numbers', put -> 'numbers', '_shown', put -> 'subjects');
END
