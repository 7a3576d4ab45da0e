-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: analysis.watch_read
-- params: {watch, act: pause | resume | end}
-- result: as watch_add
DECLARE w analysis.watch; wanted text := lower(line.need(p, 'act', 20)); after text;
BEGIN
  SELECT * INTO w FROM analysis.watch x WHERE x.id = line.uuid(p, 'watch') FOR UPDATE;
  IF w.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  after := analysis.step(ctx, 'watch', analysis.watch_head(w) ->> 'state', wanted);
  UPDATE analysis.watch x SET state = after WHERE x.id = w.id RETURNING * INTO w;
  IF after = 'ended' THEN PERFORM line.analysis_order_end(ctx, w.standing); END IF;
  RETURN analysis.watch_head(w);
END
