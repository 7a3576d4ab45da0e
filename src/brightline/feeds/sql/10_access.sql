-- What the feed process may do with schema feed, beside COPY into stage: EXECUTE on these definer functions of
-- brightline_line. Each is limited to a run, a run to its feed, a feed to its source.
-- callers: feed

-- Why a source may not give data today; NULL when it may. [code, detail, hint]. Rule 15: no assessment, no data.
-- callers: none
CREATE OR REPLACE FUNCTION feed.objection(of text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.source;
BEGIN
  SELECT * INTO s FROM line.source x WHERE x.name = of;
  IF s.name IS NULL OR s.state <> 'active' THEN
    RETURN ARRAY['no_source', format('There is no active source %s.', of),
      'Register it: brightline source add feed.yml.'];
  END IF;
  IF NOT EXISTS (SELECT FROM line.authority a WHERE a.code = s.authority AND a.valid_from <= CURRENT_DATE
      AND (a.valid_to IS NULL OR a.valid_to >= CURRENT_DATE)) THEN
    RETURN ARRAY['authority', format('The authority %s of source %s is out of force.', s.authority, of),
      'A source is collected under an authority in force; have it renewed or the source moved to another.'];
  END IF;
  IF NOT EXISTS (SELECT FROM line.agreement g WHERE g.source = of AND g.state = 'active'
      AND g.valid_from <= CURRENT_DATE AND g.expires >= CURRENT_DATE) THEN
    RETURN ARRAY['agreement', format('Source %s has no agreement in force.', of), 'Register a new agreement first.'];
  END IF;
  IF NOT EXISTS (SELECT FROM line.assessment a WHERE a.source = of
      AND a.approved <= CURRENT_DATE AND a.expires >= CURRENT_DATE) THEN
    RETURN ARRAY['assessment', format('Source %s has no approved privacy assessment in force.', of),
      'Have it assessed or the assessment renewed.'];
  END IF;
  RETURN NULL;
END $$;

-- callers: none
CREATE OR REPLACE FUNCTION feed.raise_objection(why text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF why IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'BL003', MESSAGE = why[1],
      DETAIL = jsonb_build_object('code', why[1], 'detail', why[2], 'hint', why[3])::text;
  END IF;
END $$;

-- The run, locked, in the state that the step needs.
-- callers: none
CREATE OR REPLACE FUNCTION feed.running(which uuid) RETURNS feed.run
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run;
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = which FOR UPDATE;
  IF r.id IS NULL OR r.state <> 'running' THEN
    PERFORM feed.raise_objection(ARRAY['state', 'The run is not running.', 'Start a new refresh.']);
  END IF;
  RETURN r;
END $$;

-- An entry of the feed process: the account is whoever asked for the run.
-- callers: none
CREATE OR REPLACE FUNCTION feed.enter(r feed.run, name text, outcome text, extra jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ctx line.context;
BEGIN
  ctx.name := name; ctx.act := 'change'; ctx.call := 'command'; ctx.account := r.account;
  ctx.account_name := r.account_name; ctx.unit := r.unit; ctx.kind := 'desk';
  SELECT a.code, a.regime INTO ctx.authority, ctx.regime FROM feed.feed f JOIN line.source s ON s.name = f.source
    JOIN line.authority a ON a.code = s.authority WHERE f.name = r.feed;
  ctx.params := jsonb_build_object('feed', r.feed, 'run', r.id, 'mode', r.mode);
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, outcome, jsonb_build_object('counts', extra)),
    line.body(ctx, '{}'), true, false);
END $$;

-- Begins a run, or begins it again after its process died: whatever it had staged is thrown away.
CREATE OR REPLACE FUNCTION feed.begin(which uuid) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run; f feed.feed;
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = which FOR UPDATE;
  IF r.id IS NULL OR r.state NOT IN ('queued', 'running') THEN
    PERFORM feed.raise_objection(ARRAY['state', 'The run is over.', 'Start a new refresh.']);
  END IF;
  SELECT * INTO f FROM feed.feed x WHERE x.name = r.feed;
  PERFORM feed.tidy(which);
  PERFORM feed.raise_objection(feed.objection(f.source));
  IF r.attempts >= 5 THEN
    PERFORM feed.raise_objection(ARRAY['attempts', 'The process died five times in this run.',
      'See the worker''s log.']);
  END IF;
  UPDATE feed.run SET state = 'running', started = clock_timestamp(), attempts = attempts + 1, base = f.last_run,
    digest = f.digest, progress = '{"stage": "started"}', message = NULL, counted = NULL WHERE id = which;
  RETURN jsonb_build_object('run', r.id, 'feed', f.name, 'manifest', f.manifest, 'digest', f.digest, 'seal',
    f.seal, 'folder', f.folder,
    'mode', r.mode, 'input', r.input, 'kind', r.kind, 'replays', r.replays, 'records', f.records,
      'attempt', r.attempts + 1,
    'released', r.releases IS NOT NULL, 'profile', (SELECT x.profile FROM feed.run x WHERE x.id = f.last_run),
    'mendings', feed.mendings(f.name));
END $$;

-- A crawl feed of before folders were sealed is sealed by its first run from then on: once, and as an entry.
CREATE OR REPLACE FUNCTION feed.seal(which uuid, told text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run := feed.running(which); done boolean;
BEGIN
  UPDATE feed.feed f SET seal = told WHERE f.name = r.feed AND f.format = 'crawl' AND f.seal IS NULL
    RETURNING true INTO done;
  IF done IS NOT TRUE THEN
    PERFORM feed.raise_objection(ARRAY['sealed', 'The feed''s folder is sealed already.',
      'Add the feed again after a change.']);
  END IF;
  PERFORM feed.enter(r, 'feed_seal', 'ok', jsonb_build_object('seal', told));
END $$;

CREATE OR REPLACE FUNCTION feed.progress(which uuid, told jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE feed.run SET progress = told WHERE id = which AND state = 'running'
$$;

-- Rows of the stage that no live run needs. TRUNCATE when nobody else is at work, since DELETE leaves dead rows.
CREATE OR REPLACE FUNCTION feed.tidy(which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM feed.run x WHERE x.state = 'running' AND x.id <> which) THEN
    TRUNCATE stage.key, stage.todo, stage.record, stage.aspect, stage.link, stage.token, stage.quarantine;
  ELSE
    DELETE FROM stage.key WHERE run = which;
    DELETE FROM stage.todo WHERE run = which;
    DELETE FROM stage.record WHERE run = which;
    DELETE FROM stage.aspect WHERE run = which;
    DELETE FROM stage.link WHERE run = which;
    DELETE FROM stage.token WHERE run = which;
    DELETE FROM stage.quarantine WHERE run = which;
  END IF;
END $$;

-- Why the feed's own file can't give this marking; NULL when it can. A function of the feed's (`crawl`) may add caveats
-- and state categories of its own; what the file says of every row holds for it as well.
-- callers: none
CREATE OR REPLACE FUNCTION feed.marking_objection(f feed.feed, category text, caveats text[],
  retention text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE
    WHEN 'crossed' = ANY (caveats)
      THEN ARRAY['caveat', 'The caveat crossed belongs to crossings.', 'Use another caveat.']
    WHEN caveats IS NULL OR NOT caveats @> m.always
      OR NOT (f.format = 'crawl' OR caveats <@ (m.always || m.mapped)) THEN
      ARRAY['caveat', 'These caveats aren''t those that the feed''s file gives its rows.',
        'Name them under marking.caveats.']
    WHEN category IS NULL OR category = '' OR NOT (f.format = 'crawl' OR category = ANY (m.categories)) THEN
      ARRAY['category', 'The feed''s file gives no row this category.', 'Name it under marking.category.']
    WHEN retention IS DISTINCT
      FROM concat(f.manifest #>> '{retention,rule}', ':', f.manifest #>> '{retention,years}') THEN
      ARRAY['retention', 'The time limit isn''t the one that the feed''s file states.', ''] END
  FROM (SELECT ARRAY(SELECT
    jsonb_array_elements_text(COALESCE(f.manifest #> '{marking,caveats,always}', '[]'))) AS always,
      ARRAY(SELECT w FROM jsonb_each(COALESCE(f.manifest #> '{marking,caveats,map}', '{}')) e,
        jsonb_array_elements_text(e.value) w) AS mapped,
      COALESCE(f.manifest #>> '{marking,category,default}', 'uncategorised')
        || ARRAY(SELECT e.value
          FROM jsonb_each_text(COALESCE(f.manifest #> '{marking,category,map}', '{}')) e) AS categories) m);

-- A marking for a row of this run: always the source's own, under its own authority, and one that the feed's file can
-- give.
CREATE OR REPLACE FUNCTION feed.intern_marking(which uuid, category text, caveats text[],
  retention text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run := feed.running(which); s line.source; f feed.feed;
BEGIN
  SELECT * INTO f FROM feed.feed x WHERE x.name = r.feed;
  SELECT x.* INTO s FROM line.source x WHERE x.name = f.source;
  PERFORM feed.raise_objection(feed.marking_objection(f, category, caveats, retention));
  RETURN line.intern_marking(jsonb_build_array(jsonb_build_array(s.name, s.authority)), category, caveats, retention);
END $$;

-- Compares the staged keys with what the feed holds now and notes what has to be mapped (stage.todo).
-- op: n new, c changed, g gone. A key staged as 'k' (rejected row) keeps its state, 'd' is a deletion.
DROP FUNCTION IF EXISTS feed.diff(uuid);
CREATE OR REPLACE FUNCTION feed.diff(which uuid, told jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run := feed.running(which); src text; counts jsonb; foreign_keys bigint;
BEGIN
  SELECT f.source INTO src FROM feed.feed f WHERE f.name = r.feed;
  DELETE FROM stage.todo WHERE run = which;
  ANALYZE stage.key;
  -- A key that also came with a rejected row keeps its state; of equal ones, one counts.
  IF EXISTS (SELECT FROM stage.key x WHERE x.run = which AND x.op <> 'u') THEN
    DELETE FROM stage.key a USING stage.key b WHERE a.run = which AND b.run = which AND a.key = b.key
      AND (b.op = 'k' AND a.op <> 'k' OR b.op = 'd' AND a.op = 'u' OR a.op = b.op AND a.ctid < b.ctid);
  END IF;
  INSERT INTO stage.todo (run, key, version, op, old, hash)
  SELECT which, COALESCE(k.key, c.source_key), COALESCE(c.version, 0) + 1,
    CASE WHEN k.op = 'd' OR k.key IS NULL THEN 'g' WHEN c.id IS NULL OR c.gone THEN 'n' ELSE 'c' END, c.id, k.hash
  FROM (SELECT * FROM stage.key x WHERE x.run = which) k
  FULL JOIN (SELECT x.* FROM content.record x JOIN feed.run o ON o.id = x.run AND o.feed = r.feed
             WHERE x.source = src AND x.current) c ON c.source_key = k.key
  WHERE CASE
    WHEN k.key IS NULL THEN r.mode = 'snapshot' AND r.kind = 'refresh' AND NOT c.gone
    WHEN k.op = 'k' THEN false
    WHEN k.op = 'd' THEN c.id IS NOT NULL AND NOT c.gone
    ELSE c.id IS NULL OR c.gone OR c.hash IS DISTINCT FROM k.hash END;
  -- Versions of withdrawn runs keep their numbers.
  IF EXISTS (SELECT FROM feed.run x WHERE x.feed = r.feed AND x.state = 'withdrawn') THEN
    UPDATE stage.todo t SET version = m.version + 1 FROM (
      SELECT c.source_key, max(c.version) AS version FROM content.record c WHERE c.source = src GROUP BY 1) m
    WHERE t.run = which AND m.source_key = t.key AND m.version >= t.version;
  END IF;
  -- A row that was purged at the end of its time doesn't come back as it was; a changed one does.
  IF EXISTS (SELECT FROM retention.gone) THEN
    DELETE FROM stage.todo t USING stage.key k WHERE t.run = which AND t.op = 'n' AND k.run = which AND k.key = t.key
      AND line.retention_row(src, k.key, k.hash) IN (SELECT g.mark FROM retention.gone g);
  END IF;
  -- A key that another feed of the same source holds isn't ours to overwrite.
  WITH theirs AS (
    DELETE FROM stage.todo t USING content.record c, feed.run o
    WHERE t.run = which AND t.op = 'n' AND t.old IS NULL AND c.source = src AND c.source_key = t.key AND c.current
      AND o.id = c.run AND o.feed <> r.feed RETURNING t.key, o.feed)
  INSERT INTO stage.quarantine (run, source_key, reason, detail, state)
    SELECT which, key, 'key', format('The feed %s of the same source holds this key.', feed), 'open' FROM theirs;
  GET DIAGNOSTICS foreign_keys = ROW_COUNT;
  SELECT jsonb_build_object('new', count(*) FILTER (WHERE op = 'n'), 'changed', count(*) FILTER (WHERE op = 'c'),
    'deleted', count(*) FILTER (WHERE op = 'g'), 'foreign', foreign_keys,
    'unchanged', (SELECT count(*) FROM stage.key k WHERE k.run = which AND k.op = 'u') - count(*) FILTER
      (WHERE op <> 'g') - foreign_keys,
    'plain', bool_and(op = 'n' AND version = 1) AND foreign_keys = 0
      AND count(*) = (SELECT count(*) FROM stage.key k WHERE k.run = which))
  INTO counts FROM stage.todo WHERE run = which;
  PERFORM feed.raise_objection(feed.drift(r, counts));
  PERFORM feed.raise_objection(feed.emptied(r, told));
  -- What is published is told with these, whatever the feed process says.
  UPDATE feed.run SET counted = counts WHERE id = which;
  RETURN counts;
END $$;

-- The keys to map with the version that each will be.
CREATE OR REPLACE FUNCTION feed.todo(which uuid) RETURNS TABLE (key text, version integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.key, t.version FROM stage.todo t JOIN feed.run r ON r.id = t.run AND r.state = 'running'
  WHERE t.run = which AND t.op <> 'g'
$$;

-- Ends a run without a change: yesterday's state stays, what was set aside is kept.
-- callers: writer, feed
CREATE OR REPLACE FUNCTION feed.fail(which uuid, code text, reason text, counts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run;
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = which FOR UPDATE;
  IF r.id IS NULL OR r.state NOT IN ('queued', 'running') THEN RETURN; END IF;
  INSERT INTO feed.quarantine (feed, run, row, source_key, column_name, reason, detail, value, state)
    SELECT r.feed, which, q.row, q.source_key, q.column_name, q.reason, q.detail, q.value, q.state
    FROM stage.quarantine q WHERE q.run = which ORDER BY q.row LIMIT 10000;
  UPDATE feed.run SET state = 'failed', ended = clock_timestamp(), message = left(reason, 2000), code = fail.code,
    rows = COALESCE((counts ->> 'rows')::bigint, 0), rejected_rows = COALESCE((counts ->> 'rejected_rows')::bigint, 0),
    rejected_values = COALESCE((counts ->> 'rejected_values')::bigint, 0), checksums =
      COALESCE(counts -> 'checksums', '{}'),
    profile = counts -> 'profile' WHERE id = which RETURNING * INTO r;
  IF r.code = 'input' THEN PERFORM feed.tell_missing(r); END IF;
  PERFORM feed.tidy(which);
  PERFORM feed.enter(r, 'feed_publish', 'refused', jsonb_build_object('rows', r.rows,
    'rejected_rows', r.rejected_rows));
END $$;
