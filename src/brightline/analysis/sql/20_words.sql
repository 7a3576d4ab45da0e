-- What the room's functions share.
-- callers: reader, writer
-- owner: owner

CREATE OR REPLACE FUNCTION analysis.step(ctx line.context, sort text, state text, act text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text;
BEGIN
  SELECT t.becomes INTO after FROM analysis.transition t WHERE t.kind = sort
    AND t.state = step.state AND t.act = step.act;
  IF after IS NULL THEN
    PERFORM line.conflict(ctx, 'state', format('A %s that is %s can''t %s.', sort, state, act),
      'Look at its state again.'); END IF;
  RETURN after;
END $$;

CREATE OR REPLACE FUNCTION analysis.watch_head(w analysis.watch) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('watch', w.id, 'query', w.query, 'fuzzy', w.fuzzy, 'schemas', to_jsonb(w.schemas),
  'sources', to_jsonb(w.sources),
  'revision', line.revision(to_jsonb(w)), 'reason', w.reason, 'made', line.stamp(w.made), 'until',
    line.stamp(line.analysis_order_until(w.standing)),
  'state', CASE WHEN w.state <> 'ended' AND NOT line.analysis_order_lives(w.standing) THEN 'ended' ELSE w.state END,
  'hits', (SELECT count(*) FROM analysis.hit h WHERE h.watch = w.id),
  'newest', (SELECT line.stamp(max(h.at)) FROM analysis.hit h WHERE h.watch = w.id),
  'evaluated', (SELECT line.stamp(max(e.at)) FROM analysis.evaluated e WHERE e.watch = w.id));

CREATE OR REPLACE FUNCTION analysis.watch_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE w analysis.watch;
BEGIN
  SELECT * INTO w FROM analysis.watch x WHERE x.id = line.uuid(p, 'watch') FOR UPDATE;
  RETURN CASE WHEN w.id IS NOT NULL THEN to_jsonb(w) END;
END $$;

-- Ids that the pass sees, in the order given; of the others not even how many.
CREATE OR REPLACE FUNCTION analysis.seen(ids uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT i FROM unnest(ids) WITH ORDINALITY u (i, o) WHERE EXISTS (SELECT FROM content.aspect a
  WHERE a.entity = i) ORDER BY o);

CREATE OR REPLACE FUNCTION analysis.printed(ids uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(content.printed(a.source, a.schema, u.i) ORDER BY u.o), '[]')
  FROM unnest(ids) WITH ORDINALITY u (i, o)
  CROSS JOIN LATERAL (SELECT x.source, x.schema FROM content.aspect x WHERE x.entity = u.i ORDER BY x.id LIMIT 1) a);

CREATE OR REPLACE FUNCTION analysis.workspace_head(w analysis.workspace) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('workspace', w.id, 'title', w.title, 'state', w.state, 'mine',
  w.account = line.analysis_self(),
  'made', line.stamp(w.made), 'changed', line.stamp(w.changed), 'revision', line.revision(to_jsonb(w) - 'changed'));

CREATE OR REPLACE FUNCTION analysis.workspace_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE w analysis.workspace;
BEGIN
  SELECT * INTO w FROM analysis.workspace x WHERE x.id = line.uuid(p, 'workspace')
    AND x.account = ctx.account FOR UPDATE;
  RETURN CASE WHEN w.id IS NOT NULL THEN to_jsonb(w) - 'changed' END;
END $$;

-- One word of a query as the keys that a row must have one of. Nothing is looked up: the dictionary of words is the
-- reader's, and a watch reads few rows.
CREATE OR REPLACE FUNCTION analysis.keys_of(word jsonb, fuzzy integer) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT 't:' || t FROM jsonb_array_elements_text(COALESCE(word -> 'tokens', '[]')) t
  UNION SELECT i FROM jsonb_array_elements_text(COALESCE(word -> 'identifiers', '[]')) i
  UNION SELECT 't:' || e FROM jsonb_array_elements_text(COALESCE(word -> 'tokens', '[]')) t, content.edits(t) e
    WHERE fuzzy > 0 AND length(t) BETWEEN 4 AND 48 AND t !~ '^[0-9]+$');
