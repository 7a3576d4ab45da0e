-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: analysis.workspace_read
-- params: {workspace, act: share | unshare}
-- result: as workspace_save
DECLARE w analysis.workspace; wanted text := lower(COALESCE(line.text(p, 'act', 20), 'share')); after text;
BEGIN
  SELECT * INTO w FROM analysis.workspace x WHERE x.id = line.uuid(p, 'workspace')
    AND x.account = ctx.account FOR UPDATE;
  IF w.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  after := analysis.step(ctx, 'workspace', w.state, wanted);
  UPDATE analysis.workspace x SET state = after, changed = clock_timestamp() WHERE x.id = w.id RETURNING * INTO w;
  PERFORM line.event(ctx, 'workspace', w.id, ctx.case_id, CASE after WHEN 'shared' THEN 'shared a workspace'
    ELSE 'took back a workspace' END,
    NULL, jsonb_build_object('title', w.title));
  RETURN analysis.workspace_head(w);
END
