-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- token: yes
-- params: {id?: entity, source? and key?: a source's row, property?, value?: only what holds this value}
-- result: {entities: [{id, caption}], rows: [{source, key, version, record, hash, at, feed, run, delta_version,
--   current, entity, properties: [{name, value}]}], items: [{case, id, added, removed}], notes, roles, crossings,
--   disclosures, exports, capped: rows are told of the first 500}
DECLARE
  most constant integer := 500;
  wanted uuid := line.uuid(p, 'id'); of text := line.text(p, 'source', 60); row_key text := line.text(p, 'key', 1000);
  prop text := line.text(p, 'property', 100); said text := line.text(p, 'value', 2000); members uuid[];
  records uuid[]; sent jsonb := '[]';
  capped boolean;
BEGIN
  IF (wanted IS NULL) = (row_key IS NULL) THEN
    PERFORM line.bad('id', 'is missing', 'Name an entity, or a source''s row as SOURCE:KEY.'); END IF;
  -- Forwards from a row: what was made of it. Backwards from an entity: the rows that it comes from. All under
  -- row-level security.
  IF wanted IS NOT NULL THEN
    SELECT array_agg(DISTINCT j.member) INTO members FROM content.joined(ARRAY[wanted]) j;
    records := ARRAY(SELECT DISTINCT a.record FROM content.aspect a WHERE a.entity = ANY (members) LIMIT most + 1);
  ELSE
    records := ARRAY(SELECT r.id FROM content.record r WHERE r.source = of AND r.source_key = row_key LIMIT most + 1);
    members := ARRAY(SELECT DISTINCT a.entity FROM content.aspect a WHERE a.record = ANY (records)
      AND a.schema <> 'Value');
  END IF;
  IF members IS NULL OR (cardinality(members) = 0 AND cardinality(records) = 0) THEN PERFORM line.missing(ctx); END IF;
  capped := cardinality(records) > most;
  records := records[1:most];
  capped := capped OR (SELECT count(*) FROM (SELECT FROM content.record n JOIN content.record r ON r.source = n.source
    AND r.source_key = n.source_key
    WHERE n.id = ANY (records) AND (n.current OR NOT EXISTS (SELECT FROM content.record k
      WHERE k.id = ANY (records) AND k.current
      AND k.source = n.source AND k.source_key = n.source_key)) LIMIT most + 1) x) > most;
  IF to_regclass('disclosures.disclosure') IS NOT NULL THEN
    EXECUTE
      'SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_object(''number'', d.number, ''state'', d.state, ''recipient'',
        d.recipient)), ''[]'')
      FROM disclosures.disclosure d JOIN disclosures.item i ON i.disclosure = d.id WHERE d.case_id = $1
        AND i.entity = ANY ($2)'
      INTO sent USING ctx.case_id, members;
  END IF;
  RETURN jsonb_build_object(
    'entities', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', e.printed, 'caption', e.caption)
      ORDER BY e.printed), '[]') FROM (
      SELECT DISTINCT ON (a.entity) content.printed(a.source, a.schema, a.entity) AS printed,
        a.caption FROM content.aspect a
      WHERE a.entity = ANY (members) ORDER BY a.entity, a.id) e),
    'rows', (SELECT COALESCE(jsonb_agg(x.told ORDER BY x.source, x.source_key, x.version DESC), '[]') FROM (
      SELECT r.source, r.source_key, r.version, jsonb_build_object('source', r.source, 'key', r.source_key,
        'version', content.version_told(r.source, r.source_key, r.version),
        'record', r.id, 'hash', encode(r.hash, 'hex'), 'at', line.stamp(r.at), 'feed', f.feed, 'run', r.run,
          'delta_version', f.delta_version,
        -- Of the versions that can be seen from here: that a hidden one came later must not show.
        'current', r.current OR NOT EXISTS (SELECT FROM content.record k WHERE k.source = r.source
          AND k.source_key = r.source_key
          AND (k.current OR k.version > r.version)), 'born_in_case', r.compartment IS NOT NULL,
        'mended', feed.mended(r.id),
        'entities', COALESCE((SELECT jsonb_agg(DISTINCT content.printed(a.source, a.schema,
          a.entity)) FROM content.aspect a
          WHERE a.record = r.id AND a.entity = ANY (members)), '[]'),
        'properties', COALESCE((SELECT jsonb_agg(DISTINCT jsonb_build_object('name', v.key, 'value', w))
          FROM content.aspect a, jsonb_each(a.properties) v,
            jsonb_array_elements_text(CASE WHEN jsonb_typeof(v.value) = 'array' THEN v.value ELSE '[]' END) w
          WHERE a.record = r.id AND a.entity = ANY (members) AND (prop IS NULL OR v.key = prop)
            AND (said IS NULL OR w = said)), '[]')) AS told
      FROM content.record n JOIN content.record r ON r.source = n.source AND r.source_key = n.source_key
      LEFT JOIN feed.run f ON f.id = r.run
      WHERE n.id = ANY (records) AND (n.current OR NOT EXISTS (SELECT FROM content.record k
        WHERE k.id = ANY (records) AND k.current
        AND k.source = n.source AND k.source_key = n.source_key)) LIMIT most) x
      WHERE said IS NULL OR x.told -> 'properties' <> '[]' OR NOT (x.told ->> 'current')::boolean),
    'items', (SELECT COALESCE(jsonb_agg(jsonb_build_object('case', c.number, 'id', i.printed,
      'added', line.stamp(i.added),
        'removed', line.stamp(i.removed)) ORDER BY i.added), '[]')
      FROM cases.item i JOIN cases.case_file c ON c.id = i.case_id WHERE i.object = ANY (members || records)),
    'notes', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', 'case-' || replace(n.id::text, '-', ''), 'kind',
      n.kind, 'at', line.stamp(n.at))
      ORDER BY n.at), '[]') FROM cases.note n WHERE n.about && members),
    'crossings', line.warehouse_crossings(ctx, members), 'disclosures', sent,
    'exports', (SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_object('id', e.id, 'by', e.account_name, 'format',
      e.format, 'at', line.stamp(e.ended),
        'sha256', e.manifest #> '{file,sha256}')), '[]')
      FROM warehouse.export e JOIN warehouse.export_record x ON x.export = e.id
      WHERE e.case_id = ctx.case_id AND e.state = 'ready' AND (x.entity = ANY (members) OR x.record = ANY (records))),
    'capped', capped, '_shown', to_jsonb(members));
END
