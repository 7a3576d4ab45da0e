-- Publishing: one transaction from the stage into content. Tombstones first, then what replaces, then what is new.
-- callers: none

-- Which markings an end may have so that whoever sees the link also sees the end: no origin, caveat or category
-- beyond the link's own ('other' asks for least).
CREATE OR REPLACE FUNCTION feed.weaker(than integer) RETURNS integer[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT array_agg(m.id) FROM line.marking l JOIN line.marking m ON l.origins @> m.origins
  AND m.caveats <@ l.caveats AND m.category IN (l.category, 'other') WHERE l.id = than);

-- Is there an aspect of this entity that the link's readers may see?
CREATE OR REPLACE FUNCTION feed.has_end(entity uuid, markings integer[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM content.aspect a WHERE a.entity = has_end.entity AND a.compartment IS NULL
  AND a.marking = ANY (markings));

-- What must not be there is counted: where EXISTS is asked, the planner expects to meet one soon, and compares every
-- row with every other to be there first.
CREATE OR REPLACE FUNCTION feed.check_stage(r feed.run, src text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own integer[];
BEGIN
  SELECT array_agg(m.id) INTO own FROM line.marking m JOIN line.source s ON s.name = src
    WHERE m.origins = jsonb_build_array(jsonb_build_array(s.name, s.authority)) AND NOT 'crossed' = ANY (m.caveats);
  IF EXISTS (SELECT FROM stage.record x WHERE x.run = r.id AND x.marking <> ALL (COALESCE(own, '{}')))
  OR EXISTS (SELECT FROM stage.aspect x WHERE x.run = r.id AND x.marking <> ALL (COALESCE(own, '{}')))
  OR EXISTS (SELECT FROM stage.link x WHERE x.run = r.id AND x.marking <> ALL (COALESCE(own, '{}'))) THEN
    PERFORM feed.raise_objection(ARRAY['marking', 'A staged row carries a marking that is not the source''s own.', '']);
  END IF;
  IF (SELECT count(*) FROM stage.record x LEFT JOIN stage.todo t ON t.run = x.run AND t.key = x.key
    AND t.version = x.version
      AND t.op <> 'g' AND t.hash = x.hash WHERE x.run = r.id AND t.key IS NULL) > 0 THEN
    PERFORM feed.raise_objection(ARRAY['stage',
      'A staged record is none of those that changed, or has another hash than was compared.', '']);
  END IF;
  IF (SELECT count(*) FROM stage.todo t WHERE t.run = r.id AND t.op <> 'g')
      <> (SELECT count(*) FROM stage.record x WHERE x.run = r.id) THEN
    PERFORM feed.raise_objection(ARRAY['stage', 'The stage is not complete.', 'The run starts again by itself.']);
  END IF;
  PERFORM feed.check_belonging(r, src);
  PERFORM feed.check_exported(r, src);
END $$;

-- An export of ours that is taken in again as somebody else's source would lose its marking: the rows of such a file
-- say which they had, and a row that names an entity of another source here is of one, too. Whoever takes those columns
-- away first isn't stopped here (docs/attacks.md, R14): that takes a source, which two people decided on, and the
-- export is an entry.
CREATE OR REPLACE FUNCTION feed.check_exported(r feed.run, src text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own text := (SELECT a.regime FROM line.source s JOIN line.authority a ON a.code = s.authority
  WHERE s.name = src); found record;
  hint constant text := 'What another regime holds is opened by a crossing, never by a copy; ask for one.';
BEGIN
  SELECT x.key, x.payload ->> 'source' AS source, x.payload ->> 'regime' AS regime, x.payload ->>
    'caveats' AS caveats INTO found
    FROM stage.record x JOIN line.marking m ON m.id = x.marking
    WHERE x.run = r.id AND x.payload ?& ARRAY['source', 'source_key', 'version', 'collected_at', 'entities']
      AND (x.payload ->> 'regime' IS DISTINCT FROM own
        OR NOT string_to_array(NULLIF(x.payload ->> 'caveats', ''), ' ') <@ m.caveats) LIMIT 1;
  IF found.key IS NOT NULL THEN
    PERFORM feed.raise_objection(ARRAY['exported',
      format('The row %s is of an export: it is marked as of %s%s, and would be published as of %s.',
      found.key, COALESCE(found.regime, 'nothing'), COALESCE(', ' || NULLIF(found.caveats, ''), ''), own), hint]);
  END IF;
  SELECT x.key, x.payload ->> 'id' AS id INTO found FROM stage.record x
    WHERE x.run = r.id AND x.payload ? 'schema' AND x.payload ? 'properties' AND x.payload ->> 'id' ~ '-[0-9a-f]{32}$'
      AND EXISTS (SELECT FROM content.aspect a WHERE a.entity = right(x.payload ->> 'id', 32)::uuid
        AND a.source <> src) LIMIT 1;
  IF found.key IS NOT NULL THEN
    PERFORM feed.raise_objection(ARRAY['exported',
      format('The row %s is of an export: %s is an entity of another source here.', found.key, found.id), hint]);
  END IF;
END $$;

-- What is staged belongs to this run's records and this source's entities. Each question is one join over the stage,
-- however many rows there are. Whose an id is can't be read off it; that another feed's source has said something of it
-- can.
CREATE OR REPLACE FUNCTION feed.check_belonging(r feed.run, src text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE others text[];
BEGIN
  IF (SELECT count(*) FROM stage.aspect x WHERE x.run = r.id
      AND NOT EXISTS (SELECT FROM stage.record o WHERE o.run = r.id AND o.id = x.record)) > 0 THEN
    PERFORM feed.raise_objection(ARRAY['stage', 'A staged entity belongs to no record of this run.', '']);
  END IF;
  IF (SELECT count(*) FROM stage.link x WHERE x.run = r.id AND NOT x.local
      AND NOT EXISTS (SELECT FROM stage.record o WHERE o.run = r.id AND o.id = x.record)) > 0 THEN
    PERFORM feed.raise_objection(ARRAY['stage', 'A staged link belongs to no record of this run.', '']);
  END IF;
  -- A link within a record isn't looked up later, so both its ends must be in that record.
  IF (SELECT count(*) FROM stage.link x CROSS JOIN LATERAL (VALUES (x.src), (x.dst)) v (ending)
    WHERE x.run = r.id AND x.local
      AND NOT EXISTS (SELECT FROM stage.aspect a WHERE a.run = r.id AND a.record = x.record
        AND a.entity = v.ending)) > 0 THEN
    PERFORM feed.raise_objection(ARRAY['stage', 'A staged link names an end that its record doesn''t hold.', '']);
  END IF;
  -- Value nodes (a phone, an account number) are shared by sources; nothing else is, and nothing else becomes one.
  others := ARRAY(SELECT DISTINCT f.source FROM feed.feed f WHERE f.source <> src AND f.last_run IS NOT NULL);
  IF others <> '{}' AND (SELECT count(*) FROM stage.aspect x JOIN content.aspect a ON a.entity = x.entity
      WHERE x.run = r.id AND a.source = ANY (others) AND a.compartment IS NULL
        AND (x.schema <> 'Value' OR a.schema <> 'Value')) > 0 THEN
    PERFORM feed.raise_objection(ARRAY['stage', 'A staged entity is another source''s.', '']);
  END IF;
END $$;

-- Takes away the aspects and links of the versions that this run replaces or ends; they are kept for a withdrawal.
CREATE OR REPLACE FUNCTION feed.retire(r feed.run, OUT aspects bigint, OUT links bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  WITH out AS (DELETE FROM content.link l USING stage.todo t WHERE t.run = r.id AND t.old IS NOT NULL
      AND l.record = t.old AND l.forward RETURNING l.*)
  INSERT INTO feed.retired_link SELECT out.*, r.id FROM out;
  GET DIAGNOSTICS links = ROW_COUNT;
  DELETE FROM content.link l USING feed.retired_link o
    WHERE o.retired_by = r.id AND l.src = o.dst AND l.id = o.id AND NOT l.forward;
  WITH out AS (DELETE FROM content.aspect a USING stage.todo t WHERE t.run = r.id AND t.old IS NOT NULL
      AND a.record = t.old AND a.compartment IS NULL RETURNING a.*)
  INSERT INTO feed.retired_aspect SELECT out.*, r.id FROM out;
  GET DIAGNOSTICS aspects = ROW_COUNT;
  DELETE FROM feed.dangling d USING stage.todo t WHERE t.run = r.id AND d.record = t.old;
  UPDATE content.record c SET current = false FROM stage.todo t WHERE t.run = r.id AND c.id = t.old;
  INSERT INTO content.record (id, source, source_key, version, run, hash, payload, marking, current, gone)
    SELECT gen_random_uuid(), c.source, c.source_key, t.version, r.id, '\x', '{}', c.marking, true, true
    FROM stage.todo t JOIN content.record c ON c.id = t.old WHERE t.run = r.id AND t.op = 'g';
END $$;

-- Links to something that was taken away and did not come back: out of sight, kept for when it does.
CREATE OR REPLACE FUNCTION feed.cut_loose(r feed.run, taken uuid[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n bigint;
BEGIN
  WITH lost AS (SELECT DISTINCT e FROM unnest(taken) e
      WHERE NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = e AND a.compartment IS NULL)),
  back AS (DELETE FROM content.link l USING lost WHERE l.src = lost.e AND l.compartment IS NULL RETURNING l.*)
  INSERT INTO feed.dangling (id, src, dst, kind, forward, aspect, record, source, marking, compartment, from_date,
    to_date, weight, missing, feed, run)
    SELECT DISTINCT ON (b.id) b.id, CASE WHEN b.forward THEN b.src ELSE b.dst END, CASE WHEN b.forward THEN b.dst
      ELSE b.src END, b.kind, true,
      b.aspect, b.record, b.source, b.marking, b.compartment, b.from_date, b.to_date, b.weight, b.src,
        r.feed, r.id FROM back b;
  GET DIAGNOSTICS n = ROW_COUNT;
  DELETE FROM content.link l USING feed.dangling d WHERE d.run = r.id AND l.id = d.id AND l.src IN (d.src, d.dst);
  RETURN n;
END $$;

-- Links that wait for an entity which this run brought.
CREATE OR REPLACE FUNCTION feed.tie_again(arrived uuid[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n bigint;
BEGIN
  WITH tied AS (
    DELETE FROM feed.dangling d WHERE d.missing = ANY (arrived)
      AND feed.has_end(d.src, feed.weaker(d.marking)) AND feed.has_end(d.dst, feed.weaker(d.marking)) RETURNING d.*),
  put AS (
    INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking, compartment,
      from_date, to_date, weight)
    SELECT d.id, CASE WHEN f THEN d.src ELSE d.dst END, CASE WHEN f THEN d.dst ELSE d.src
      END, d.kind, f, d.aspect, d.record,
      d.source, d.marking, d.compartment, d.from_date, d.to_date, d.weight FROM tied d, unnest(ARRAY[true, false]) f
    RETURNING 1),
  told AS (
    UPDATE feed.quarantine q SET state = 'replayed' FROM tied t, content.record c
    WHERE c.id = t.record AND q.feed = t.feed AND q.reason = 'dangling' AND q.state = 'open'
      AND q.source_key = c.source_key
      AND q.value = t.missing::text)
  SELECT count(*) INTO n FROM put;
  RETURN n / 2;
END $$;

-- The day in a row from which its time limit counts, where the feed names that column and it lies before the entry.
CREATE OR REPLACE FUNCTION feed.since(payload jsonb, named text) RETURNS date
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN named IS NOT NULL AND left(payload ->> named, 10) ~ '^\d{4}-\d{2}-\d{2}$'
  AND pg_input_is_valid(left(payload ->> named, 10), 'date') THEN
  CASE WHEN left(payload ->> named, 10)::date < CURRENT_DATE THEN left(payload ->> named, 10)::date END END;

DROP FUNCTION IF EXISTS feed.put(feed.run, text);
CREATE OR REPLACE FUNCTION feed.put_aspects(r feed.run, src text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n bigint; named text := (SELECT f.manifest #>> '{retention,since}' FROM feed.feed f WHERE f.name = r.feed);
BEGIN
  INSERT INTO content.record (id, source, source_key, version, run, hash, payload, marking, since)
    SELECT x.id, src, x.key, x.version, r.id, x.hash, x.payload, x.marking,
      CASE WHEN named IS NOT NULL THEN feed.since(x.payload, named) END
    FROM stage.record x WHERE x.run = r.id;
  INSERT INTO content.aspect (id, record, source, entity, cluster, marking, schema, caption,
    properties, original, keys, text,
      places, first, last, run)
    SELECT x.id, x.record, src, x.entity, COALESCE(k.cluster, x.entity), x.marking, x.schema, x.caption,
      x.properties, x.original,
      CASE WHEN m.scoped THEN ARRAY(SELECT m.id || ':' || k FROM unnest(x.keys) k) ELSE x.keys END,
      CASE WHEN m.scoped THEN ''::tsvector ELSE x.text END,
      x.places, x.first, x.last, r.id
    FROM stage.aspect x JOIN line.marking m ON m.id = x.marking LEFT JOIN line.entity_cluster k ON k.entity = x.entity
    WHERE x.run = r.id;
  GET DIAGNOSTICS n = ROW_COUNT;
  INSERT INTO content.token (token) SELECT DISTINCT x.token FROM stage.token x WHERE x.run = r.id ORDER BY 1
    ON CONFLICT DO NOTHING;
  RETURN n;
END $$;

-- Entities whose key the source has given to somebody else, among those that a judgement joins or a case holds: the
-- changed row shares no word of a name with the one that it replaces, and not the birth date either. Asked of what this
-- run retired.
CREATE OR REPLACE FUNCTION feed.given_away(r feed.run) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (WITH held AS (SELECT o.entity, o.keys, o.properties FROM feed.retired_aspect o WHERE o.retired_by = r.id
      AND (EXISTS (SELECT FROM line.entity_cluster k WHERE k.entity = o.entity)
        OR EXISTS (SELECT FROM cases.item i WHERE i.object = o.entity AND i.removed IS NULL))),
    words AS (SELECT h.entity, regexp_replace(k, '^\d+:', '') AS word FROM held h, unnest(h.keys) k
      WHERE k ~ '^(\d+:)?t:'),
    fresh AS (SELECT x.entity, k AS word FROM stage.aspect x, unnest(x.keys) k
      WHERE x.run = r.id AND k LIKE 't:%' AND x.entity IN (SELECT h.entity FROM held h)),
    births AS (SELECT h.entity, b FROM held h, jsonb_array_elements_text(CASE
      WHEN jsonb_typeof(h.properties -> 'birthDate') = 'array'
        THEN h.properties -> 'birthDate' ELSE '[]' END) b)
  SELECT COALESCE(array_agg(DISTINCT w.entity), '{}') FROM words w
  WHERE EXISTS (SELECT FROM fresh f WHERE f.entity = w.entity)
    AND NOT EXISTS (SELECT FROM fresh f JOIN words v ON v.entity = f.entity AND v.word = f.word
      WHERE f.entity = w.entity)
    AND NOT EXISTS (SELECT FROM stage.aspect x JOIN births b ON b.entity = x.entity
      AND x.properties -> 'birthDate' ? b.b
      WHERE x.run = r.id AND x.entity = w.entity));

-- Links within one record have their ends by construction; the others are looked up, marking by marking.
CREATE OR REPLACE FUNCTION feed.put_links(r feed.run, src text, OUT links bigint, OUT dangling bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ok integer[]; m integer; n bigint;
BEGIN
  dangling := 0;
  FOR m IN SELECT DISTINCT l.marking FROM stage.link l WHERE l.run = r.id AND NOT l.local LOOP
    ok := feed.weaker(m);
    WITH loose AS (
      DELETE FROM stage.link l WHERE l.run = r.id AND NOT l.local AND l.marking = m
        AND NOT (feed.has_end(l.src, ok) AND feed.has_end(l.dst, ok)) RETURNING l.*)
    INSERT INTO feed.dangling (id, src, dst, kind, forward, aspect, record, source, marking, from_date, to_date,
      weight, missing, feed, run)
      SELECT l.id, l.src, l.dst, l.kind, true, l.aspect, l.record, put_links.src, l.marking,
        l.from_date, l.to_date, l.weight,
        CASE WHEN feed.has_end(l.dst, ok) THEN l.src ELSE l.dst END, r.feed, r.id FROM loose l;
    GET DIAGNOSTICS n = ROW_COUNT;
    dangling := dangling + n;
  END LOOP;
  INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking, from_date, to_date, weight)
    SELECT l.id, CASE WHEN f THEN l.src ELSE l.dst END, CASE WHEN f THEN l.dst ELSE l.src
      END, l.kind, f, l.aspect, l.record,
      put_links.src, l.marking, l.from_date, l.to_date, l.weight
    FROM stage.link l, unnest(ARRAY[true, false]) f WHERE l.run = r.id;
  GET DIAGNOSTICS links = ROW_COUNT;
  links := links / 2;
END $$;

-- Reasons that keep a whole row out.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION feed.row_reasons() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY['encoding', 'nul', 'columns', 'quote', 'too_long', 'key', 'duplicate', 'json', 'caveat',
  'total', 'shifted', 'many'];

CREATE OR REPLACE FUNCTION feed.keep_quarantine(r feed.run) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- What an earlier run set aside isn't open twice: this run read every row again, or has mapped the record anew. A
  -- fault in a value of an unchanged row stays open.
  UPDATE feed.quarantine q SET state = CASE WHEN q.id = ANY (r.replays) THEN 'replayed' ELSE 'stale' END
    WHERE q.feed = r.feed AND q.state IN ('open', 'noted') AND q.run <> r.id AND (
      q.source_key IN (SELECT t.key FROM stage.todo t WHERE t.run = r.id)
      -- A replay without a file reads every row again as well.
      OR (r.kind = 'refresh' AND r.mode = 'snapshot' OR r.kind = 'replay' AND r.input IS NULL)
        AND q.reason = ANY (feed.row_reasons() || ARRAY['trait', 'formula', 'identical', 'footer'])
      OR r.kind = 'replay' AND r.input IS NOT NULL AND q.source_key IS NULL AND q.id = ANY (r.replays));
  INSERT INTO feed.quarantine (feed, run, row, source_key, column_name, reason, detail, value, state)
    SELECT r.feed, r.id, q.row, q.source_key, q.column_name, q.reason, q.detail, q.value, q.state
    FROM stage.quarantine q WHERE q.run = r.id;
  INSERT INTO feed.quarantine (feed, run, source_key, column_name, reason, detail, value)
    SELECT r.feed, r.id, c.source_key, d.kind, 'dangling',
      'The other end of this link is in no record that the link''s readers may see.', d.missing::text
    FROM feed.dangling d LEFT JOIN content.record c ON c.id = d.record WHERE d.run = r.id;
END $$;

-- Publishes the staged run, whole or not at all. Answers the summary of `feed refresh`.
-- callers: feed
CREATE OR REPLACE FUNCTION feed.publish(which uuid, told jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '128MB' AS $$
DECLARE
  r feed.run := feed.running(which);
  f feed.feed;
  out_ record; in_ record;
  taken uuid[]; arrived uuid[]; given uuid[];
  loose bigint := 0; tied bigint := 0; settled bigint;
  staged bigint; put bigint;
  definitions text[]; of_links text[];
  rejected record;
  legible jsonb;
BEGIN
  IF r.counted IS NULL THEN
    PERFORM feed.raise_objection(ARRAY['stage', 'The run was not compared with what there is.',
      'The run starts again by itself.']);
  END IF;
  SELECT * INTO f FROM feed.feed x WHERE x.name = r.feed FOR UPDATE;
  IF f.last_run IS DISTINCT FROM r.base OR f.digest IS DISTINCT FROM r.digest THEN
    PERFORM feed.raise_objection(ARRAY['overtaken', 'The feed was changed or refreshed meanwhile.', 'Refresh again.']);
  END IF;
  PERFORM feed.raise_objection(feed.objection(f.source));
  -- Somebody released what they had looked at: another file needs another look.
  IF r.releases IS NOT NULL AND (SELECT h.checksums ->> 'rows' FROM feed.run h WHERE h.id = r.releases)
      IS DISTINCT FROM told #>> '{checksums,rows}' THEN
    PERFORM feed.raise_objection(ARRAY['overtaken',
      'The input isn''t the one that was held and released: it was changed since.', 'Refresh again.']);
  END IF;
  -- Only the columns that are joined on: figures of a thousand JSON documents take longer than all the checks.
  ANALYZE stage.todo (run, key, version, op, old), stage.record (run, id, key, version, marking),
    stage.aspect (run, record, entity, marking), stage.link (run, src, dst, marking, local);
  PERFORM feed.check_stage(r, f.source);
  legible := feed.unreadable(r);
  PERFORM feed.raise_objection(feed.illegible(r, legible));
  r := feed.set_apart(r, f.source);
  SELECT * INTO out_ FROM feed.retire(r);
  PERFORM feed.keep_values(r);
  taken := ARRAY(SELECT DISTINCT a.entity FROM feed.retired_aspect a WHERE a.retired_by = which);
  staged := (SELECT count(*) FROM stage.aspect x WHERE x.run = which);
  definitions := feed.bulk_begin(staged, ARRAY['content.record', 'content.aspect']::regclass[]);
  put := feed.put_aspects(r, f.source);
  PERFORM feed.bulk_end(definitions);
  -- The ends of links are looked up among the aspects, so these are indexed by now.
  of_links := feed.bulk_begin(staged, ARRAY['content.link']::regclass[]);
  SELECT * INTO in_ FROM feed.put_links(r, f.source);
  PERFORM feed.bulk_end(of_links);
  IF definitions IS NOT NULL THEN
    -- Without figures of its new size the planner takes the next run's joins for small ones.
    ANALYZE content.record (source, source_key, run);
    ANALYZE content.aspect (entity, record, source, schema, marking);
    ANALYZE content.link (src, record, marking);
  END IF;
  IF cardinality(taken) > 0 THEN loose := feed.cut_loose(r, taken); END IF;
  IF EXISTS (SELECT FROM feed.dangling) THEN
    arrived := ARRAY(SELECT DISTINCT x.entity FROM stage.aspect x JOIN feed.dangling d
      ON d.missing = x.entity WHERE x.run = which);
    tied := feed.tie_again(arrived);
  END IF;
  PERFORM line.restrictions_renew(which);
  PERFORM feed.keep_quarantine(r);
  PERFORM feed.mendings_after(r);
  settled := (SELECT count(*) FROM stage.todo t WHERE t.run = which AND t.op = 'n')
           - (SELECT count(*) FROM stage.todo t WHERE t.run = which AND t.op = 'g');
  UPDATE feed.feed SET last_run = which, published = published + 1, records = records + settled,
    aspects = aspects + put - out_.aspects,
    links = links + in_.links - out_.links - loose + tied WHERE name = r.feed;
  -- Of faults that may come with every row only the first are listed, so that of these more may be told than are there.
  SELECT count(*) FILTER (WHERE q.reason = ANY (feed.row_reasons())) AS rows,
      count(*) FILTER (WHERE q.reason <> ALL (feed.row_reasons())) AS values
    INTO rejected FROM stage.quarantine q WHERE q.run = which AND q.state = 'open';
  UPDATE feed.run SET state = 'published', ended = clock_timestamp(), version = f.published + 1,
    rows = GREATEST((told ->> 'rows')::bigint, (r.counted ->> 'new')::bigint + (r.counted ->> 'changed')::bigint +
      (r.counted ->> 'unchanged')::bigint),
    new = (r.counted ->> 'new')::bigint, changed = (r.counted ->> 'changed')::bigint,
    unchanged = (r.counted ->> 'unchanged')::bigint, deleted = (r.counted ->> 'deleted')::bigint,
    rejected_rows = GREATEST((told ->> 'rejected_rows')::bigint, rejected.rows), rejected_values =
      GREATEST((told ->> 'rejected_values')::bigint, rejected.values),
    aspects = put, links = in_.links, checksums = COALESCE(told -> 'checksums', '{}'),
      profile = feed.profiled(r, told -> 'profile', legible),
    delta = jsonb_build_object('records', settled, 'aspects', put - out_.aspects,
      'links', in_.links - out_.links - loose + tied, 'dangling', in_.dangling + loose),
    progress = '{"stage": "published"}' WHERE id = which RETURNING * INTO r;
  PERFORM feed.enter(r, 'feed_publish', 'ok', jsonb_build_object('rows', r.rows, 'new', r.new, 'changed', r.changed,
    'deleted', r.deleted, 'rejected_rows', r.rejected_rows, 'aspects', r.aspects, 'links', r.links));
  PERFORM line.disclosures_corrected(f.source);
  PERFORM feed.tell_dropped(r);
  PERFORM line.match_published(which);
  given := feed.given_away(r);
  IF cardinality(given) > 0 THEN
    PERFORM line.resolution_rest(given, r.feed, r.account, NULL);
  END IF;
  RETURN feed.summary(r);
END $$;

-- What is decided about: how a run stands and what it brought; how far one has come meanwhile is none of it.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION feed.run_doc(r feed.run) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('state', r.state, 'code', r.code, 'message', r.message, 'ended', r.ended,
  'brought', CASE WHEN r.ended IS NOT NULL
    THEN jsonb_build_array(r.rows, r.new, r.changed, r.unchanged, r.deleted, r.version) END,
  'released', (SELECT count(*) FROM feed.run x WHERE x.releases = r.id));

-- callers: reader, writer
CREATE OR REPLACE FUNCTION feed.summary(r feed.run) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('run', r.id, 'feed', r.feed, 'kind', r.kind, 'mode', r.mode, 'input',
  r.input, 'state', r.state,
  'by', r.account_name, 'queued', line.stamp(r.queued), 'started', line.stamp(r.started), 'ended', line.stamp(r.ended),
  'rows', r.rows, 'new', r.new, 'changed', r.changed, 'unchanged', r.unchanged, 'deleted', r.deleted,
  'rejected_rows', r.rejected_rows, 'rejected_values', r.rejected_values, 'aspects', r.aspects, 'links', r.links,
  'seconds', round(extract(epoch FROM COALESCE(r.ended, clock_timestamp()) - r.started)::numeric, 3),
  'version', r.version::text, 'message', r.message, 'code', r.code, 'progress', r.progress, 'checksums', r.checksums,
  'held', r.state = 'failed' AND COALESCE(r.code = ANY (feed.held_for()), false), 'releases', r.releases,
    'reason', r.release_reason,
  'revision', line.revision(feed.run_doc(r)));
