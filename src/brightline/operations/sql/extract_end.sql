-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: goes on where an import stands, which it names itself
-- params: {id, omitted?: [columns that were there and aren't kept], problem?: why the table can't be taken, hint?}: the
--   table is in, or can't be taken; then nothing of it stays
-- result: {extract, kind, state, rows, kept, quarantined, omitted, faults, faults_total}
DECLARE
  x operations.extract; bad text := line.text(p, 'problem', 500);
BEGIN
  SELECT * INTO x FROM operations.extract q WHERE q.id = line.uuid(p, 'id') FOR UPDATE;
  IF x.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF NOT x.state IN ('open', 'waiting', 'running') THEN
    PERFORM line.conflict(ctx, 'state', format('The extract is %s.', x.state), 'Send the table again.'); END IF;
  IF x.account <> ctx.account THEN PERFORM line.refuse(ctx, 'side', 'Who began the import ends it.',
    'Begin another.'); END IF;
  IF bad IS NOT NULL THEN PERFORM line.operations_gave_up(x.id, bad, COALESCE(line.text(p, 'hint', 500), ''));
  ELSE
    UPDATE operations.extract q SET state = 'done', file = NULL, omitted = line.texts(p, 'omitted',
      200) WHERE q.id = x.id;
    PERFORM line.operations_waited(x.standing_order);
  END IF;
  SELECT * INTO x FROM operations.extract q WHERE q.id = x.id;
  RETURN operations.extract_head(x) || jsonb_build_object('faults', operations.extract_faults(x.id, 50, 0),
    'faults_total', (SELECT count(*) FROM operations.extract_fault q WHERE q.extract = x.id),
    '_count', jsonb_build_object('extract', jsonb_build_object(x.kind, x.kept), 'quarantined', x.quarantined));
END
