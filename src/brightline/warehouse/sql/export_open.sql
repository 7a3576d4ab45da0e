-- act: export
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- unread: done by the worker, which has read the row it works on
-- params: {id}
-- result: {format, case, regime, authority, by, sources: {name: {markings, classes, keys: [[key, version, version as
--   told]]}}, left_out}: what the purpose may see now, and no more; for the worker alone
DECLARE e warehouse.export; wanted uuid := line.uuid(p, 'id'); picked jsonb; out_ integer;
BEGIN
  SELECT * INTO e FROM warehouse.export x WHERE x.id = wanted AND x.account = ctx.account
    AND x.purpose = ctx.purpose FOR UPDATE;
  IF e.id IS NULL OR session_user <> 'brightline_worker' THEN PERFORM line.missing(ctx); END IF;
  IF e.state NOT IN ('queued', 'working') THEN
    PERFORM line.conflict(ctx, 'state', format('The export is %s.', e.state), ''); END IF;
  IF e.attempts >= 3 THEN PERFORM line.conflict(ctx, 'attempts', 'The export was begun three times.',
    'See the worker''s log.'); END IF;
  -- Row-level security chooses: what the purpose sees of the items, outside every compartment. Copies by a crossing
  -- stay where they are.
  DELETE FROM warehouse.export_record x WHERE x.export = e.id;
  WITH seen AS (
    SELECT DISTINCT a.entity, a.record, a.source, rec.source_key, rec.version,
      content.version_told(rec.source, rec.source_key, rec.version) AS told, rec.marking FROM content.aspect a
    JOIN content.record rec ON rec.id = a.record
    WHERE a.entity = ANY (e.items) AND a.compartment IS NULL AND (e.sources = '{}' OR a.source = ANY (e.sources))
      AND EXISTS (SELECT FROM cases.item i WHERE i.case_id = ctx.case_id AND i.object = a.entity
        AND i.removed IS NULL)),
  noted AS (INSERT INTO warehouse.export_record (export, entity, record) SELECT e.id, s.entity, s.record FROM seen s
    ON CONFLICT DO NOTHING)
  SELECT COALESCE(jsonb_object_agg(g.source, jsonb_build_object('markings', g.markings, 'keys', g.keys, 'entities',
    g.entities)), '{}') INTO picked FROM (
    SELECT s.source, to_jsonb(array_agg(DISTINCT s.marking)) AS markings,
      jsonb_agg(DISTINCT replace(s.entity::text, '-', '')) AS entities,
      jsonb_agg(DISTINCT jsonb_build_array(s.source_key, s.version, s.told)) AS keys FROM seen s GROUP BY 1) g;
  SELECT count(*) INTO out_ FROM unnest(e.items) i WHERE NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = i
    AND a.compartment IS NULL);
  UPDATE warehouse.export x SET state = 'working', attempts = x.attempts + 1,
    markings = ARRAY(SELECT DISTINCT m::integer
      FROM jsonb_each(picked) s, jsonb_array_elements_text(s.value -> 'markings') m) WHERE x.id = e.id;
  RETURN jsonb_build_object('format', e.format, 'case', split_part(ctx.purpose_key, '@', 1), 'purpose',
    ctx.purpose_key, 'regime', ctx.regime,
    'authority', ctx.authority, 'by', ctx.account_name, 'asked', line.stamp(e.made), 'entry', e.entry,
      'items', cardinality(e.items),
    'left_out', out_, 'sources', picked, 'markings', line.marking_words(ARRAY(SELECT DISTINCT m::integer
      FROM jsonb_each(picked) s, jsonb_array_elements_text(s.value -> 'markings') m)), '_shown', to_jsonb(e.items));
END
