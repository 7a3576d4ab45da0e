-- Crossings asked for from a pointer: whoever asks knows what the pointer told and not one id. The worker looks up
-- which rows it stood for, so that the request writes and answers the same whatever is hidden; custodian, reviewer and
-- approver then see them as those of any other request.
-- callers: none

-- {keys or entity, told, entry} of the handle that stands in the place of ids; NULL: ids are named.
CREATE OR REPLACE FUNCTION line.crossing_pointed(ctx line.context, p jsonb, c line.crossing) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE handle text := line.text(p, 'pointer', 20000); said jsonb;
BEGIN
  IF handle IS NULL THEN RETURN NULL; END IF;
  IF line.texts(p, 'items', 50) <> '{}' THEN
    PERFORM line.bad('pointer', 'stands beside ids', 'Ask for the ids, or from the pointer.'); END IF;
  IF ctx.kind <> 'case' THEN PERFORM line.refuse(ctx, 'pointer', 'Only a case asks from a pointer.',
    'Ask under the case that needs it.'); END IF;
  said := line.pointer_read(ctx, handle);
  IF c.danger <> '' THEN
    PERFORM line.refuse(ctx, 'emergency', 'An emergency opens records that are named, not what a pointer stands for.',
      'Name their ids, or ask without the emergency.'); END IF;
  IF said #>> '{told,count}' = line.bucket(100) THEN
    PERFORM line.refuse(ctx, 'pointer', 'This pointer stands for 100 or more.',
      'Search for something rarer, and ask from the pointer that this shows.'); END IF;
  RETURN said;
END $$;

-- May this side read the id of this item? What a pointer stood for: who weighs it from outside, the custodian of its
-- rows, and all once it was opened.
CREATE OR REPLACE FUNCTION line.crossing_named_to(ctx line.context, c line.crossing, i line.crossing_item,
  side text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.pointer IS NULL OR side = 'outside' OR EXISTS (SELECT FROM line.crossing_aspect x WHERE x.crossing = c.id
    AND x.entity = i.entity)
    OR (side = 'custodian' AND EXISTS (SELECT FROM line.crossing_targets(c.id) a JOIN line.source s ON s.name = a.source
      WHERE a.entity = i.entity AND s.custodian_unit = ctx.unit))
$$;

-- The worker's: which rows the pointer stood for, by the same look that told of them. What it would no longer tell of
-- isn't asked for.
CREATE OR REPLACE FUNCTION line.crossing_resolve(c line.crossing) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE h record; wanted jsonb := (c.pointer -> 'told') - 'count';
BEGIN
  IF c.pointer IS NULL OR c.resolved IS NOT NULL THEN RETURN; END IF;
  IF NOT EXISTS (SELECT FROM line.visible_set v WHERE v.purpose = c.beneficiary) THEN
    RAISE EXCEPTION 'what this purpose may be told isn''t compiled; the errand is tried again'; END IF;
  IF c.pointer ? 'entity' THEN SELECT * INTO h FROM line.pointer_hits_of(c.beneficiary, (c.pointer ->> 'entity')::uuid);
  ELSE SELECT * INTO h FROM line.pointer_hits(c.beneficiary, c.pointer -> 'keys'); END IF;
  INSERT INTO line.crossing_item (crossing, entity, printed, markings)
    SELECT c.id, f.entity, lower(CASE a.schema WHEN 'Value' THEN 'value' ELSE a.source
      END) || '-' || replace(f.entity::text, '-', ''), f.markings
    FROM (SELECT r.entity, array_agg(DISTINCT r.marking) AS markings
      FROM line.pointer_rows(c.beneficiary, h.entities, h.records, h.markings, h.schemas, h.firsts, h.entities) r
      WHERE r.told = wanted GROUP BY 1 ORDER BY 1 LIMIT 100) f
    CROSS JOIN LATERAL (SELECT x.source, x.schema FROM content.aspect x WHERE x.entity = f.entity
      AND x.compartment IS NULL
      AND x.marking = ANY (f.markings) ORDER BY x.source, x.id LIMIT 1) a;
  UPDATE line.crossing x SET resolved = clock_timestamp() WHERE x.id = c.id;
END $$;
