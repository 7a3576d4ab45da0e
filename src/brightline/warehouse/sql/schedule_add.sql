-- act: change
-- kind: command
-- roles: steward, agent, analyst, supervisor
-- purposes: desk, case
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {name, kind: feed | flow (at a steward's desk) | export (under a case), target: feed, flow or format, cron,
--   items?, sources?, expires?}
-- result: the schedule; the worker keeps it under a standing order of this account and purpose, and it dies with them
DECLARE
  called text := line.need(p, 'name', 79); sort text := line.need(p, 'kind', 10);
  aim text := line.need(p, 'target', 100);
  clock text := line.need(p, 'cron', 100); s warehouse.schedule; until timestamptz := line.time(p, 'expires');
BEGIN
  IF called !~ '^[a-z0-9][a-z0-9-]{0,78}$' THEN
    PERFORM line.bad('name', 'is no name', 'Use lower-case letters, digits and hyphens.'); END IF;
  IF sort NOT IN ('feed', 'flow', 'export') THEN
    PERFORM line.bad('kind', 'is unknown', 'feed, flow or export.'); END IF;
  IF (sort = 'export') <> (ctx.kind = 'case') OR (ctx.kind = 'desk' AND ctx.purpose_key NOT LIKE '%/steward') THEN
    PERFORM line.refuse(ctx, 'purpose', 'Feeds and flows are scheduled at a steward''s desk, exports under a case.',
      'Choose the purpose that fits.'); END IF;
  IF sort = 'feed' AND aim NOT IN (SELECT feed.mine(ctx)) THEN PERFORM line.missing(ctx); END IF;
  IF sort = 'flow' AND aim NOT IN ('case-data', 'records') THEN
    PERFORM line.bad('target', 'is no flow', 'case-data or records.'); END IF;
  IF sort = 'export' AND aim NOT IN ('csv', 'parquet', 'ftm') THEN
    PERFORM line.bad('target', 'is no format', 'csv, parquet or ftm.'); END IF;
  IF EXISTS (SELECT FROM warehouse.schedule x WHERE x.name = called AND x.state <> 'ended') THEN
    PERFORM line.conflict(ctx, 'exists', 'A schedule of that name is there already.', 'Choose another name.'); END IF;
  PERFORM line.warehouse_schedule(ctx, called, sort, aim, clock, jsonb_build_object('items',
    to_jsonb(line.uuids(p, 'items', 200)),
    'sources', to_jsonb(line.texts(p, 'sources', 50))), until);
  SELECT * INTO s FROM warehouse.schedule x WHERE x.name = called;
  RETURN warehouse.schedule_words(s);
END
