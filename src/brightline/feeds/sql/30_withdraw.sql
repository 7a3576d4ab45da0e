-- callers: writer

-- Takes a published run back, whole: what it replaced is current again, what it brought is gone. Only the feed's last
-- one, so that nothing newer is undone; its versions stay in the history.
CREATE OR REPLACE FUNCTION feed.withdraw(which uuid, why text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run; taken uuid[]; returned uuid[];
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = which FOR UPDATE;
  PERFORM FROM feed.feed x WHERE x.name = r.feed FOR UPDATE;
  taken := ARRAY(SELECT DISTINCT a.entity FROM content.record c JOIN content.aspect a
    ON a.record = c.id WHERE c.run = which);
  WITH gone AS (DELETE FROM content.link l USING content.record c WHERE c.run = which AND l.record = c.id
    AND l.forward RETURNING l.*)
  DELETE FROM content.link l USING gone g WHERE l.src = g.dst AND l.id = g.id AND NOT l.forward;
  DELETE FROM content.aspect a USING content.record c WHERE c.run = which AND a.record = c.id AND a.compartment IS NULL;
  DELETE FROM feed.dangling d USING content.record c WHERE c.run = which AND d.record = c.id;
  UPDATE content.record SET current = false WHERE run = which;
  UPDATE content.record c SET current = true FROM (
    SELECT o.source, o.source_key, max(o.version) AS version
    FROM content.record w JOIN content.record o ON o.source = w.source AND o.source_key = w.source_key
    JOIN feed.run x ON x.id = o.run AND x.state = 'published' AND x.id <> which
    WHERE w.run = which GROUP BY 1, 2) p
  WHERE c.source = p.source AND c.source_key = p.source_key AND c.version = p.version;
  returned := feed.bring_back(which);
  PERFORM feed.cut_loose(r, taken);
  PERFORM feed.tie_again(returned);
  UPDATE feed.quarantine SET state = 'stale' WHERE run = which AND state IN ('open', 'noted');
  UPDATE feed.feed SET last_run = r.base, records = records - (r.delta ->> 'records')::bigint,
    aspects = aspects - (r.delta ->> 'aspects')::bigint, links = links -
      (r.delta ->> 'links')::bigint WHERE name = r.feed;
  UPDATE feed.run SET state = 'withdrawn', message = left(why, 2000) WHERE id = which RETURNING * INTO r;
  PERFORM line.disclosures_corrected((SELECT f.source FROM feed.feed f WHERE f.name = r.feed));
  RETURN feed.summary(r);
END $$;

-- The aspects and links that a run had retired.
-- callers: none
CREATE OR REPLACE FUNCTION feed.bring_back(which uuid) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE entities uuid[];
BEGIN
  WITH back AS (DELETE FROM feed.retired_aspect a WHERE a.retired_by = which RETURNING a.*),
  put AS (
    INSERT INTO content.aspect (id, record, source, entity, cluster, marking, compartment, schema,
      caption, properties, original,
      keys, text, places, first, last, run)
    SELECT b.id, b.record, b.source, b.entity, COALESCE(k.cluster, b.entity), b.marking, b.compartment, b.schema,
      b.caption, b.properties,
      b.original, b.keys, b.text, b.places, b.first, b.last, b.run
    FROM back b LEFT JOIN line.entity_cluster k ON k.entity = b.entity RETURNING entity)
  SELECT array_agg(DISTINCT entity) INTO entities FROM put;
  WITH back AS (DELETE FROM feed.retired_link l WHERE l.retired_by = which RETURNING l.*)
  INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking, compartment,
    from_date, to_date, weight)
    SELECT b.id, CASE WHEN f THEN b.src ELSE b.dst END, CASE WHEN f THEN b.dst ELSE b.src
      END, b.kind, f, b.aspect, b.record,
      b.source, b.marking, b.compartment, b.from_date, b.to_date, b.weight FROM back b, unnest(ARRAY[true, false]) f;
  RETURN COALESCE(entities, '{}');
END $$;
