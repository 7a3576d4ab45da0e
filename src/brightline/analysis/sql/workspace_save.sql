-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: analysis.workspace_read
-- unread: a person's own chart, saved while it is drawn; two tabs bring the revision and are compared
-- params: {workspace?, title?, ids: 1–500, layout?: {id: [x, y]}}
-- result: {workspace, title, state, mine, made, changed}
DECLARE
  named uuid[] := line.uuids(p, 'ids', 500); which uuid := line.uuid(p, 'workspace'); w analysis.workspace;
  spots jsonb := COALESCE(NULLIF(p -> 'layout', 'null'), '{}');
BEGIN
  IF cardinality(named) = 0 THEN PERFORM line.bad('ids', 'is empty', 'A workspace holds at least one entity.'); END IF;
  IF analysis.seen(named) <> named THEN PERFORM line.missing(ctx); END IF;
  IF jsonb_typeof(spots) <> 'object' OR length(spots::text) > 100000 OR EXISTS (SELECT FROM jsonb_each(spots) e
      WHERE NOT pg_input_is_valid(e.key, 'uuid') OR jsonb_typeof(e.value) <> 'array' OR jsonb_array_length(e.value) <> 2
        OR jsonb_path_exists(e.value, '$[*] ? (@.type() != "number")')) THEN
    PERFORM line.bad('layout', 'is no list of positions by id', 'Send {id: [x, y]}.'); END IF;
  IF which IS NULL THEN
    INSERT INTO analysis.workspace (account, purpose, case_id, title, ids, layout)
      VALUES (ctx.account, ctx.purpose, ctx.case_id, line.need(p, 'title', 200), named, spots) RETURNING * INTO w;
  ELSE
    UPDATE analysis.workspace x SET ids = named, layout = spots, title = COALESCE(line.text(p, 'title', 200), x.title),
      changed = clock_timestamp() WHERE x.id = which AND x.account = ctx.account RETURNING * INTO w;
    IF w.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  END IF;
  RETURN analysis.workspace_head(w) || jsonb_build_object('_shown', to_jsonb(named));
END
