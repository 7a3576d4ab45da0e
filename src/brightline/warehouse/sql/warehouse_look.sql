-- act: view
-- kind: command
-- roles: steward
-- purposes: desk
-- inquiry: optional
-- unread: asks, and changes nothing
-- params: {source, version?, time?, key?: a record's key in its source}
-- result: {id}; the worker, which alone opens the files, answers it within a moment
DECLARE of text := line.need(p, 'source', 60); at_version integer := line.int(p, 'version', NULL);
made uuid := gen_random_uuid();
BEGIN
  IF of NOT IN (SELECT warehouse.mine(ctx)) THEN PERFORM line.missing(ctx); END IF;
  IF at_version < 0 THEN PERFORM line.bad('version', 'is no version', 'Versions count from 0.'); END IF;
  IF at_version IS NOT NULL AND line.time(p, 'time') IS NOT NULL THEN
    PERFORM line.bad('version', 'contradicts time', 'Name one.'); END IF;
  INSERT INTO warehouse.look (id, account, source, as_of_version, as_of_time, source_key)
    VALUES (made, ctx.account, of, at_version, line.time(p, 'time'), line.text(p, 'key', 1000));
  RETURN jsonb_build_object('id', made);
END
