-- What the worker that keeps the files may do: EXECUTE on these definer functions of brightline_line. It sees whole
-- runs, as the files hold them, once, while they wait to be stored, and each sight of them is an entry before the first
-- row; whoever asks people's questions goes through installed functions and a standing order instead.
-- callers: worker

-- The entry of the keeper's reading, in the flushed log before the rows leave: no end of its transaction takes it back.
-- callers: none
CREATE OR REPLACE FUNCTION warehouse.reads(of text, what jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ctx line.context;
BEGIN
  ctx.name := 'warehouse_read'; ctx.act := 'view'; ctx.call := 'query';
  ctx.params := what || jsonb_build_object('source', of);
  SELECT a.code, a.regime INTO ctx.authority, ctx.regime FROM line.source s JOIN line.authority a
    ON a.code = s.authority WHERE s.name = of;
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'ok', '{}'), line.body(ctx, '{}'), false, true);
END $$;

-- Words of the worker's that people will read: one line, no more than a sentence or three.
-- callers: none
CREATE OR REPLACE FUNCTION warehouse.words(said text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN left(regexp_replace(said, '[[:cntrl:]\u200b-\u200f\u2028-\u202e\u2066-\u2069]+', ' ', 'g'), 500);

-- What waits: runs to store or to take back, looks, exports, and whether cases have anything to say.
CREATE OR REPLACE FUNCTION warehouse.work() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object(
    'runs', (SELECT COALESCE(jsonb_agg(jsonb_build_object('run', r.id, 'source', r.source, 'how', r.how)
      ORDER BY r.ended, r.id), '[]') FROM (
        SELECT x.id, f.source, x.ended, 'run' AS how FROM feed.run x JOIN feed.feed f ON f.name = x.feed
          WHERE x.state = 'published' AND x.delta_version IS NULL
        UNION ALL SELECT x.id, f.source, x.ended, 'withdrawal' FROM feed.run x JOIN feed.feed f ON f.name = x.feed
          WHERE x.state = 'withdrawn' AND x.delta_version IS NOT NULL AND x.delta_withdrawn IS NULL) r),
    'looks', (SELECT COALESCE(jsonb_agg(to_jsonb(l) ORDER BY l.made), '[]') FROM warehouse.look l
      WHERE l.state = 'queued'),
    'exports', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', e.id, 'purpose', e.purpose_key,
      'order', e.standing_order,
        'age', extract(epoch FROM clock_timestamp() - e.made))
      ORDER BY e.made), '[]') FROM warehouse.export e WHERE e.state IN ('queued', 'working')),
    'cases', EXISTS (SELECT FROM warehouse.outbox))
$$;

-- One writer per source: the row is locked until the transaction ends.
CREATE OR REPLACE FUNCTION warehouse.hold(of text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE d warehouse.dataset;
BEGIN
  INSERT INTO warehouse.dataset (source) VALUES (of) ON CONFLICT DO NOTHING;
  SELECT * INTO d FROM warehouse.dataset x WHERE x.source = of FOR UPDATE;
  RETURN jsonb_build_object('version', d.version, 'classes', d.classes, 'total', d.total);
END $$;

-- Is this still to be done? Asked again once the lock is held: another worker may have been quicker.
CREATE OR REPLACE FUNCTION warehouse.waits(which uuid, how text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM feed.run x WHERE x.id = which AND CASE how
    WHEN 'run' THEN x.state = 'published' AND x.delta_version IS NULL
    ELSE x.state = 'withdrawn' AND x.delta_version IS NOT NULL AND x.delta_withdrawn IS NULL END)
$$;

-- The records of one run that waits, as the files keep them, with the entities that were made of each; none of any
-- other.
CREATE OR REPLACE FUNCTION warehouse.rows(which uuid) RETURNS TABLE (source_key text, record text,
  version integer, run text, op text,
  at timestamptz, hash text, payload text, entities text, marking integer, regime text, authority text,
    category text, caveats text[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF NOT warehouse.waits(which, 'run') THEN RETURN; END IF;
  PERFORM warehouse.reads(f.source, jsonb_build_object('run', which)) FROM feed.run x JOIN feed.feed f
    ON f.name = x.feed WHERE x.id = which;
  RETURN QUERY WITH mine AS MATERIALIZED (SELECT c.* FROM content.record c WHERE c.run = which),
  made AS MATERIALIZED (
    SELECT x.record, jsonb_agg(jsonb_build_object('id', replace(x.entity::text, '-', ''), 'schema',
      x.schema, 'caption', x.caption,
        'properties', x.properties) ORDER BY x.id)::text AS entities
    FROM (SELECT a.id, a.record, a.entity, a.schema, a.caption, a.properties FROM content.aspect a
        JOIN mine ON mine.id = a.record WHERE a.compartment IS NULL
      UNION ALL SELECT a.id, a.record, a.entity, a.schema, a.caption, a.properties FROM feed.retired_aspect a
        JOIN mine ON mine.id = a.record WHERE a.compartment IS NULL) x GROUP BY 1)
  SELECT c.source_key, c.id::text, c.version, which::text, CASE WHEN c.gone THEN 'gone' ELSE 'put'
    END, c.at, encode(c.hash, 'hex'),
    c.payload::text, COALESCE(made.entities, '[]'), c.marking, a.regime, a.code, m.category, m.caveats
  FROM mine c JOIN line.marking m ON m.id = c.marking JOIN line.authority a ON a.code = m.origins -> 0 ->> 1
  LEFT JOIN made ON made.record = c.id;
END $$;

-- The run's version is known: PostgreSQL names it from now on. The entry commits with it.
CREATE OR REPLACE FUNCTION warehouse.stored(which uuid, how text, at_version bigint, told jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run; of text; put bigint; gone bigint;
BEGIN
  IF NOT warehouse.waits(which, how) THEN
    PERFORM feed.raise_objection(ARRAY['state', 'This run waits for nothing of the kind.', '']); END IF;
  -- What was stored is the run's own records: counted here, lest a run count as stored of which nothing was.
  IF how = 'run' THEN
    SELECT count(*) FILTER (WHERE NOT c.gone), count(*) FILTER (WHERE c.gone) INTO put, gone
      FROM content.record c WHERE c.run = which;
    IF (put, gone) IS DISTINCT FROM ((told ->> 'put')::bigint, (told ->> 'gone')::bigint) THEN
      PERFORM feed.raise_objection(ARRAY['counts',
        format('The run has %s records and %s deletions; %s and %s are said to be stored.', put, gone,
        told ->> 'put', told ->> 'gone'), 'The keeper begins again by itself.']); END IF;
  END IF;
  UPDATE feed.run SET delta_version = CASE how WHEN 'run' THEN at_version ELSE delta_version END,
    delta_withdrawn = CASE how WHEN 'withdrawal' THEN at_version END WHERE id = which RETURNING * INTO r;
  SELECT f.source INTO of FROM feed.feed f WHERE f.name = r.feed;
  PERFORM warehouse.committed(of, which, how, at_version, told || jsonb_build_object('lag',
    CASE how WHEN 'run' THEN extract(epoch FROM clock_timestamp() - r.ended) ELSE 0 END));
  PERFORM feed.enter(r, 'warehouse_commit', 'ok', jsonb_build_object('version', at_version, 'put', told -> 'put',
    'gone', told -> 'gone'));
END $$;

-- callers: none
CREATE OR REPLACE FUNCTION warehouse.committed(of text, which uuid, how text, at_version bigint,
  told jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO warehouse.commit (source, version, kind, origin, put, gone, total, lag)
    VALUES (of, at_version, how, which,
    (told ->> 'put')::bigint, (told ->> 'gone')::bigint, (told ->> 'total')::bigint, (told ->> 'lag')::double precision)
    ON CONFLICT DO NOTHING;
  UPDATE warehouse.dataset SET version = greatest(version, at_version), commits = commits + 1,
    total = (told ->> 'total')::bigint,
    classes = ARRAY(SELECT jsonb_array_elements_text(told -> 'classes')), last_commit = clock_timestamp(),
      fault = NULL, fault_at = NULL
    WHERE source = of;
END $$;

CREATE OR REPLACE FUNCTION warehouse.faulty(of text, words text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- The kind of an error, never a text of the worker's making.
  INSERT INTO warehouse.dataset (source, fault, fault_at)
    SELECT s.name, COALESCE(substring(words FROM '^[A-Za-z_]{1,80}$'), 'Error'), clock_timestamp()
    FROM line.source s WHERE s.name = of
    ON CONFLICT (source) DO UPDATE SET fault = EXCLUDED.fault, fault_at = EXCLUDED.fault_at
$$;

CREATE OR REPLACE FUNCTION warehouse.answer(which uuid, told jsonb, words text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE warehouse.look SET state = CASE WHEN words IS NULL THEN 'answered' ELSE 'failed' END, result = CASE
    WHEN words IS NULL THEN told END,
    fault = warehouse.words(words)
    WHERE id = which AND state = 'queued'
$$;

-- An export that can't be made says why. One that was begun too often counts as failed. Whoever asked for it loses it,
-- so it is an entry, in that person's name, with the words they will read.
CREATE OR REPLACE FUNCTION warehouse.export_failed(which uuid, words text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE e warehouse.export; ctx line.context;
BEGIN
  UPDATE warehouse.export x SET state = 'failed', ended = clock_timestamp(),
    fault = warehouse.words(export_failed.words)
    WHERE x.id = which AND x.state IN ('queued', 'working') RETURNING * INTO e;
  IF e.id IS NULL THEN RETURN; END IF;
  ctx.name := 'export_failed'; ctx.act := 'change'; ctx.call := 'command'; ctx.account := e.account;
  ctx.account_name := e.account_name;
  ctx.params := jsonb_build_object('id', e.id, 'fault', e.fault);
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'refused', jsonb_build_object('of', e.entry)),
    line.body(ctx, '{}'), true, false);
END $$;
