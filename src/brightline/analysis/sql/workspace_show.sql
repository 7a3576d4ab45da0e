-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- token: yes
-- params: {workspace}
-- result: {workspace, title, state, mine, made, changed, ids: [printed], layout: {printed id: [x, y]}}
DECLARE w analysis.workspace; open uuid[];
BEGIN
  SELECT * INTO w FROM analysis.workspace x WHERE x.id = line.uuid(p, 'workspace');
  IF w.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  open := analysis.seen(w.ids);
  RETURN analysis.workspace_head(w) || jsonb_build_object('ids', analysis.printed(open),
    'layout', (SELECT COALESCE(jsonb_object_agg(analysis.printed(ARRAY[i]) ->> 0, w.layout -> i::text),
      '{}') FROM unnest(open) i
      WHERE w.layout ? i::text), '_shown', to_jsonb(open));
END
