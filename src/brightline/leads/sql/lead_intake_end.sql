-- act: change
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: goes on where an intake stands, which it names itself
-- params: {intake, problem?: why the file can't be taken, hint?}: the file is in, or can't be taken
-- result: the intake with leads: [number], faults: [{row, reasons}], at most 200 of each
DECLARE
  i leads.intake; bad text := line.text(p, 'problem', 500);
BEGIN
  SELECT * INTO i FROM leads.intake x WHERE x.id = line.uuid(p, 'intake') FOR UPDATE;
  IF i.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.under(ctx, (SELECT g.authority FROM leads.programme g WHERE g.name = i.programme
    AND g.version = i.version));
  IF NOT i.state IN ('open', 'waiting', 'running') THEN
    PERFORM line.conflict(ctx, 'state', format('The intake is %s.', i.state), ''); END IF;
  IF i.account <> ctx.account THEN PERFORM line.refuse(ctx, 'side', 'Who began the intake ends it.', ''); END IF;
  UPDATE leads.intake x SET state = CASE WHEN bad IS NULL THEN 'done' ELSE 'failed' END, ended = ctx.at, message = bad,
    hint = line.text(p, 'hint', 500),
    total = COALESCE(x.total, x.row_count), file = NULL WHERE x.id = i.id RETURNING * INTO i;
  PERFORM line.leads_waited(i.standing_order);
  RETURN leads.intake_whole(i);
END
