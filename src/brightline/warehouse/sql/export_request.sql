-- act: export
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- unread: makes a new thing, and changes none that is there
-- params: {format: csv | parquet | ftm, items?: [uuid] (default: all of the case's), sources?: [name]: records of these
--   only}
-- result: the export, queued; the worker makes it under a standing order of an hour
DECLARE
  sort text := line.need(p, 'format', 10); named uuid[] := line.uuids(p, 'items', 1000);
  e warehouse.export; held uuid[];
BEGIN
  IF sort NOT IN ('csv', 'parquet', 'ftm') THEN
    PERFORM line.bad('format', 'is unknown', 'csv, parquet or ftm.'); END IF;
  held := ARRAY(SELECT i.object FROM cases.item i WHERE i.case_id = ctx.case_id AND i.removed IS NULL
    AND i.kind = 'entity');
  -- A person is in a case with a category or not at all (rule 18), so that what isn't an item of the case isn't
  -- exported.
  IF NOT named <@ held THEN PERFORM line.missing(ctx); END IF;
  IF cardinality(named) = 0 THEN named := held; END IF;
  IF cardinality(named) = 0 THEN
    PERFORM line.refuse(ctx, 'empty', 'The case has no items, so there is nothing to export.',
      'Add what it is about first.'); END IF;
  INSERT INTO warehouse.export (purpose, purpose_key, case_id, account, account_name, format, items,
    sources, standing_order, entry)
    VALUES (ctx.purpose, ctx.purpose_key, ctx.case_id, ctx.account, ctx.account_name, sort, named,
      line.texts(p, 'sources', 50),
      line.warehouse_order(ctx, ARRAY['export_open', 'export_close'], ctx.at + interval '1 hour'),
        ctx.entry) RETURNING * INTO e;
  RETURN warehouse.export_words(e) || jsonb_build_object('_shown', to_jsonb(named));
END
