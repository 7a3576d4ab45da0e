-- act: change
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- token: yes
-- params: {programme, name, sha256, file?: where it lies in the inbox}: a file that the worker reads and takes in under
--   the caller's standing order; without `file` the caller sends the rows (lead_rows)
-- result: {intake, programme, version, state: waiting | open}
DECLARE
  g leads.programme; called text := lower(line.need(p, 'programme', 63)); lies text := line.text(p, 'file', 2000);
  fault text; i leads.intake;
BEGIN
  SELECT * INTO g FROM leads.programme x WHERE x.name = called AND x.version = leads.version_now(called);
  IF g.name IS NULL OR g.unit <> ctx.unit THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.under(ctx, g.authority);
  fault := line.leads_source_fault(g.source, g.regime, g.unit);
  IF fault IS NOT NULL THEN
    PERFORM line.refuse(ctx, 'source', fault, 'A steward has to renew its agreement or assessment.'); END IF;
  INSERT INTO leads.intake (id, programme, version, unit, name, sha256, row_count, rejected, account, state, file)
    VALUES (gen_random_uuid(), g.name, g.version, g.unit, line.need(p, 'name', 255),
      line.need(p, 'sha256', 64), 0, 0, ctx.account,
      CASE WHEN lies IS NULL THEN 'open' ELSE 'waiting' END, lies) RETURNING * INTO i;
  IF lies IS NOT NULL THEN PERFORM line.leads_wait(ctx, i.id); END IF;
  RETURN leads.intake_head(i);
END
