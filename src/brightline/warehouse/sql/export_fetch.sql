-- act: export
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- params: {id}
-- result: {file, name, sha256}: one's own, ready, and as long as the purpose still sees all that is in it
DECLARE e warehouse.export; wanted uuid := line.uuid(p, 'id');
BEGIN
  SELECT * INTO e FROM warehouse.export x WHERE x.id = wanted AND x.account = ctx.account AND x.purpose = ctx.purpose;
  IF e.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF e.state <> 'ready' THEN PERFORM line.conflict(ctx, 'state', format('The export is %s.', e.state),
    'Wait until it is ready.'); END IF;
  IF NOT e.markings <@ ARRAY(SELECT line.visible()) THEN
    PERFORM line.refuse(ctx, 'visibility', 'The purpose no longer sees all that is in this export.',
      'Ask for it again: it will hold what may be seen now.'); END IF;
  RETURN jsonb_build_object('file', e.file, 'sha256', e.manifest #> '{file,sha256}', '_shown', to_jsonb(e.items));
END
