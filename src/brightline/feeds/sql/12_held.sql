-- A delivery that is doubtful as a whole: too much of it differs from what there is. It is held until another person
-- looks.
-- callers: none

CREATE OR REPLACE FUNCTION feed.release_words() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN
  'Look at the file. If the source did change so much, another steward or a supervisor releases the run: brightline '
  'feed release RUN.';

-- What a run is held for until another person releases it: nothing is wrong with a single row, the whole is doubtful.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION feed.held_for() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY['drift', 'end', 'filled', 'unreadable'];

-- Why this snapshot differs too much from what the feed holds; NULL when it doesn't. feed.yml may say by which part it
-- may
-- (expect.drift.rows); where it says nothing, 0.3, from ten records on: of fewer any change is a large part. What goes
-- and what comes count each by themselves as well: with another key the sum stays and every record is another.
CREATE OR REPLACE FUNCTION feed.drift(r feed.run, counts jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f feed.feed; most numeric; would bigint; gone bigint := (counts ->> 'deleted')::bigint;
BEGIN
  SELECT * INTO f FROM feed.feed x WHERE x.name = r.feed;
  IF r.mode <> 'snapshot' OR r.kind <> 'refresh' OR r.releases IS NOT NULL OR f.records = 0 THEN RETURN NULL; END IF;
  most := COALESCE((f.manifest #>> '{expect,drift,rows}')::numeric, CASE WHEN f.records >= 10 THEN 0.3 END);
  would := f.records + (counts ->> 'new')::bigint - gone;
  IF most IS NULL OR (abs(would - f.records) <= most * f.records AND gone <= most * f.records) THEN RETURN NULL; END IF;
  RETURN
    ARRAY['drift', format('The feed holds %s records and would hold %s, with %s deleted: a change of more than %s %%.',
      f.records, would, gone, round(most * 100)),
    feed.release_words()];
END $$;

-- From how many rows on a column's share says anything.
CREATE OR REPLACE FUNCTION feed.few() RETURNS integer LANGUAGE sql IMMUTABLE
  SET search_path = pg_catalog, pg_temp RETURN 5;

-- What a former run told of columns: the last published one that told it.
CREATE OR REPLACE FUNCTION feed.told_before(r feed.run, what text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT x.profile -> what FROM feed.run x WHERE x.feed = r.feed AND x.state = 'published' AND x.kind = 'refresh'
  AND x.profile ? what ORDER BY x.ended DESC LIMIT 1);

-- A column that has gone dead: in a snapshot, far fewer rows say anything in it than in the one before, or none does.
-- feed.yml may say by which part (expect.drift.filled); where it says nothing, 0.3.
CREATE OR REPLACE FUNCTION feed.emptied(r feed.run, told jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE most numeric; dead text;
BEGIN
  IF r.mode <> 'snapshot' OR r.kind <> 'refresh' OR r.releases IS NOT NULL THEN RETURN NULL; END IF;
  most := COALESCE((SELECT (f.manifest #>> '{expect,drift,filled}')::numeric FROM feed.feed f
    WHERE f.name = r.feed), 0.3);
  WITH columns AS (SELECT n.key AS name, (b.value ->> 0)::numeric AS had, (b.value ->> 1)::numeric AS of_had,
      (n.value ->> 0)::numeric AS has, (n.value ->> 1)::numeric AS of_has
    FROM jsonb_each(COALESCE(told -> 'filled', '{}')) n
      JOIN jsonb_each(COALESCE(feed.told_before(r, 'filled'), '{}')) b ON b.key = n.key)
  SELECT string_agg(format('%s: %s of %s, before %s of %s', c.name, c.has, c.of_has, c.had, c.of_had), '; '
    ORDER BY c.name) INTO dead
  FROM columns c WHERE c.of_has >= feed.few() AND c.of_had >= feed.few()
    AND (c.had / c.of_had - c.has / c.of_has > most OR c.has = 0 AND c.had >= 2 * feed.few()
      AND c.of_has * 2 >= c.of_had);
  IF dead IS NULL THEN RETURN NULL; END IF;
  RETURN ARRAY['filled', 'Rows that say something in a column are far fewer than before: ' || dead ||
    '.', feed.release_words()];
END $$;

-- How many records of this run have, for each column, a value that can't be read, and how many have any:
-- {column: [unreadable, all]}. Columns in which some were so before are counted too.
CREATE OR REPLACE FUNCTION feed.unreadable(r feed.run) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (WITH bad AS (
    SELECT q.column_name AS name, q.property, count(DISTINCT q.source_key) AS n FROM stage.quarantine q
    WHERE q.run = r.id AND q.property IS NOT NULL AND q.column_name IS NOT NULL GROUP BY 1, 2),
  read AS (
    SELECT b.name, b.property, b.n, (SELECT count(DISTINCT x.record) FROM stage.aspect x WHERE x.run = r.id
      AND x.schema = split_part(b.property, '.', 1)
        AND x.properties ? split_part(b.property, '.', 2)) AS good FROM bad b)
  SELECT jsonb_object_agg(s.name, s.told) FROM (
    SELECT DISTINCT ON (d.name) d.name, jsonb_build_array(d.n, d.n + d.good, d.property) AS told FROM read d
      ORDER BY d.name, d.n DESC) s);

-- A column whose values can't be read any more: far more of them than before (expect.drift.unreadable, else 0.3); of a
-- column that comes for the first time nearly all.
CREATE OR REPLACE FUNCTION feed.illegible(r feed.run, now_ jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE most numeric; had bigint; dead text; before jsonb := COALESCE(feed.told_before(r, 'unreadable'), '{}');
BEGIN
  IF r.kind <> 'refresh' OR r.releases IS NOT NULL THEN RETURN NULL; END IF;
  SELECT COALESCE((f.manifest #>> '{expect,drift,unreadable}')::numeric, 0.3), f.records INTO most, had
    FROM feed.feed f WHERE f.name = r.feed;
  SELECT string_agg(format('%s: %s of %s', n.key, n.value ->> 0, n.value ->> 1), '; ' ORDER BY n.key) INTO dead
  FROM jsonb_each(COALESCE(now_, '{}')) n LEFT JOIN jsonb_each(before) b ON b.key = n.key
  WHERE (n.value ->> 0)::numeric >= greatest(feed.few(), had / 100)
    AND (n.value ->> 0)::numeric / (n.value ->> 1)::numeric
      > CASE WHEN b.key IS NOT NULL THEN (b.value ->> 0)::numeric / (b.value ->> 1)::numeric + most
          WHEN r.base IS NOT NULL AND feed.told_before(r, 'filled') IS NOT NULL THEN most ELSE 0.95 END;
  IF dead IS NULL THEN RETURN NULL; END IF;
  RETURN ARRAY['unreadable', 'Of these columns most values can''t be read: ' || dead ||
    '. The list in quarantine says why.', feed.release_words()];
END $$;

-- What is known of columns after this run: what it told, and of those that it didn't touch what was told before.
CREATE OR REPLACE FUNCTION feed.profiled(r feed.run, told jsonb, now_ jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE(told, '{}') || jsonb_build_object('unreadable', COALESCE((SELECT jsonb_object_agg(b.key, b.value)
    FROM jsonb_each(COALESCE(feed.told_before(r, 'unreadable'), '{}')) b
    WHERE (SELECT count(*) FROM stage.record x WHERE x.run = r.id) < feed.few()), '{}') || COALESCE(now_, '{}'));

-- Where a new value can't be read, the one of before stays, and the list in quarantine says so.
CREATE OR REPLACE FUNCTION feed.keep_values(r feed.run) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM stage.quarantine q WHERE q.run = r.id AND q.property IS NOT NULL) THEN RETURN; END IF;
  WITH lost AS (
    SELECT DISTINCT q.source_key, q.entity, split_part(q.property, '.', 2) AS name, t.old, x.id AS record
    FROM stage.quarantine q JOIN stage.todo t ON t.run = r.id AND t.key = q.source_key AND t.op = 'c'
    JOIN stage.record x ON x.run = r.id AND x.key = q.source_key
    JOIN stage.aspect a ON a.run = r.id AND a.record = x.id AND a.entity = q.entity
      AND NOT a.properties ? split_part(q.property, '.', 2)
    WHERE q.run = r.id AND q.property IS NOT NULL),
  known AS (
    SELECT l.source_key, l.record, l.entity, l.name, o.properties -> l.name AS was, o.first, o.last,
      ARRAY(SELECT k FROM unnest(o.keys) k, jsonb_array_elements_text(o.properties -> l.name) v
        WHERE k LIKE 'i:%' AND right(v, 6) <> '' AND regexp_replace(lower(k), '\W', '', 'g') LIKE '%' ||
          regexp_replace(lower(v), '\W', '', 'g')) AS keys
    FROM lost l JOIN feed.retired_aspect o ON o.retired_by = r.id AND o.record = l.old AND o.entity = l.entity
    WHERE jsonb_typeof(o.properties -> l.name) = 'array'),
  back AS (
    UPDATE stage.aspect a SET properties = a.properties || k.was, first = COALESCE(a.first, k.first),
      last = COALESCE(a.last, k.last),
      keys = a.keys || k.keys
    FROM (SELECT x.record, x.entity, jsonb_object_agg(x.name, x.was) AS was, min(x.first) AS first, max(x.last) AS last,
        COALESCE((SELECT array_agg(DISTINCT e) FROM known y, unnest(y.keys) e WHERE y.record = x.record
          AND y.entity = x.entity), '{}') AS keys
      FROM known x GROUP BY x.record, x.entity) k
    WHERE a.run = r.id AND a.record = k.record AND a.entity = k.entity RETURNING a.record, a.entity)
  UPDATE stage.quarantine q SET detail = q.detail || ' What was known before stays.'
  FROM known k JOIN back b ON b.record = k.record AND b.entity = k.entity
  WHERE q.run = r.id AND q.source_key = k.source_key AND q.entity = k.entity
    AND split_part(q.property, '.', 2) = k.name;
END $$;
