-- act: view
-- kind: query
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- token: yes
-- params: {id}
-- result: {id, state, source, fault, version, at, rows, records, classes: [{class, rows}], versions: [{version, op,
--   run, at, hash}]}; never a record's content
DECLARE l warehouse.look; wanted uuid := line.uuid(p, 'id');
BEGIN
  SELECT * INTO l FROM warehouse.look x WHERE x.id = wanted AND x.account = ctx.account
    AND x.source IN (SELECT warehouse.mine(ctx));
  IF l.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('id', l.id, 'state', l.state, 'source', l.source, 'key', l.source_key, 'fault', l.fault) ||
    COALESCE(l.result, '{}');
END
