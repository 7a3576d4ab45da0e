-- act: export
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- unread: done by the worker, which has read the row it works on
-- params: {id, file, manifest}; the entry holds the manifest with its hashes
-- result: the export, ready
DECLARE e warehouse.export; wanted uuid := line.uuid(p, 'id'); named text := line.need(p, 'file', 60);
BEGIN
  SELECT * INTO e FROM warehouse.export x WHERE x.id = wanted AND x.account = ctx.account
    AND x.purpose = ctx.purpose FOR UPDATE;
  IF e.id IS NULL OR session_user <> 'brightline_worker' THEN PERFORM line.missing(ctx); END IF;
  IF e.state <> 'working' THEN PERFORM line.conflict(ctx, 'state', format('The export is %s.', e.state), ''); END IF;
  IF NOT e.markings <@ ARRAY(SELECT line.visible()) THEN
    PERFORM line.refuse(ctx, 'visibility', 'What the purpose may see has changed meanwhile.',
      'Ask for the export again.'); END IF;
  UPDATE warehouse.export x SET state = 'ready', ended = ctx.at, file = named, manifest = p -> 'manifest'
    WHERE x.id = e.id RETURNING * INTO e;
  PERFORM line.warehouse_order_end(e.standing_order);
  PERFORM line.event(ctx, 'export', e.id, ctx.case_id, 'exported', NULL, jsonb_build_object('format', e.format,
    'rows', e.manifest -> 'rows',
    'sha256', e.manifest #> '{file,sha256}'));
  RETURN warehouse.export_words(e) || jsonb_build_object('_shown', to_jsonb(e.items), '_count', e.manifest -> 'rows');
END
