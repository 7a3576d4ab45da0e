-- act: search
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: done by the worker, which has read the row it works on
-- params: {watch, runs, reason}: called by the worker alone, by the watch's standing order
-- result: {watch, new, capped}
DECLARE
  most constant integer := 200;
  scopes integer[] := ARRAY(SELECT line.scoped_markings());
  looked uuid[] := line.uuids(p, 'runs', 1000);
  w analysis.watch; word jsonb; keys text[]; read text; rule text := ''; found jsonb; fresh bigint;
BEGIN
  -- Whoever is signed in searches under an inquiry; without one only the order's own watch is evaluated.
  IF session_user <> 'brightline_worker' THEN
    PERFORM line.refuse(ctx, 'standing_order', 'A watch is evaluated by the worker alone.', 'Search instead.'); END IF;
  PERFORM set_config('enable_seqscan', 'off', true);
  SELECT * INTO w FROM analysis.watch x WHERE x.id = line.uuid(p, 'watch') AND x.state = 'active' FOR UPDATE;
  IF w.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  FOR word IN SELECT e FROM jsonb_array_elements(w.words) e WHERE e -> 'optional' IS DISTINCT FROM 'true' LOOP
    keys := content.with_scopes(analysis.keys_of(word, w.fuzzy), scopes);
    read := (SELECT string_agg(t, ' & ') FROM jsonb_array_elements_text(COALESCE(word -> 'texts', '[]')) t
      WHERE t ~ '^[a-z0-9]{1,64}$');
    IF cardinality(keys) = 0 AND read IS NULL THEN CONTINUE; END IF;
    rule := rule || format(' AND (a.keys && %L::text[]%s)', keys::text,
      CASE WHEN read IS NULL THEN '' ELSE format(' OR a.text @@ %L::tsquery', read) END);
  END LOOP;
  IF cardinality(w.schemas) > 0 THEN rule := rule || format(' AND a.schema = ANY (%L::text[])',
    w.schemas::text); END IF;
  IF cardinality(w.sources) > 0 THEN rule := rule || format(' AND a.source = ANY (%L::text[])',
    w.sources::text); END IF;
  EXECUTE
    format('SELECT COALESCE(jsonb_agg(jsonb_build_array(f.entity, f.record, f.run)), ''[]'')
      FROM (SELECT DISTINCT a.entity, a.record, a.run
    FROM content.aspect a WHERE true%s AND a.run = ANY (%L::uuid[]) ORDER BY a.entity, a.record LIMIT %s) f', rule,
      looked::text, most + 1) INTO found;
  INSERT INTO analysis.evaluated (watch, run, capped) SELECT DISTINCT w.id, r, jsonb_array_length(found) > most
    FROM unnest(looked) r ON CONFLICT DO NOTHING;
  INSERT INTO analysis.hit (watch, entity, record, run) SELECT w.id, (f ->> 0)::uuid, (f ->> 1)::uuid, (f ->> 2)::uuid
    FROM jsonb_array_elements(found) WITH ORDINALITY e (f, o) WHERE o <= most ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS fresh = ROW_COUNT;
  PERFORM line.analysis_tell(ctx, w.id, fresh);
  RETURN jsonb_build_object('watch', w.id, 'new', fresh, 'capped', jsonb_array_length(found) > most,
    '_shown', (SELECT COALESCE(jsonb_agg(DISTINCT f -> 0), '[]') FROM jsonb_array_elements(found) WITH ORDINALITY e
      (f, o) WHERE o <= most),
    '_count', jsonb_build_object('new', fresh));
END
