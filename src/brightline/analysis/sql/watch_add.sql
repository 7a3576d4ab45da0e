-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- unread: makes a new thing, and changes none that is there
-- params: {query, words: [{tokens, identifiers, texts, optional}], fuzzy 0–1, schemas, sources}
-- result: {watch, query, fuzzy, schemas, sources, reason, made, until, state, hits, newest, evaluated}
DECLARE w analysis.watch; words jsonb := COALESCE(p -> 'words', '[]'); level integer := line.int(p, 'fuzzy', 1);
BEGIN
  IF jsonb_typeof(words) <> 'array' OR jsonb_array_length(words) > 24 THEN
    PERFORM line.bad('words', 'are no list of at most 24 words', 'Shorten the query.'); END IF;
  IF level NOT BETWEEN 0 AND 1 THEN PERFORM line.bad('fuzzy', 'must be 0 or 1', 'Leave it out for 1.'); END IF;
  IF NOT EXISTS (SELECT FROM jsonb_array_elements(words) e WHERE jsonb_typeof(e) = 'object'
    AND e -> 'optional' IS DISTINCT FROM 'true'
      AND cardinality(analysis.keys_of(e, 0)) > 0) THEN
    PERFORM line.bad('query', 'holds no name and no identifier',
      'A watch looks for somebody or something, not for whole sources.'); END IF;
  INSERT INTO analysis.watch (account, purpose, case_id, standing, query, words, fuzzy, schemas, sources, reason)
    SELECT ctx.account, ctx.purpose, ctx.case_id, line.analysis_order(ctx), line.need(p, 'query', 400), words, level,
      line.texts(p, 'schemas', 200), line.texts(p, 'sources', 50),
        (SELECT line.analysis_reason(ctx)) RETURNING * INTO w;
  INSERT INTO analysis.evaluated (watch, run) SELECT w.id, r FROM line.analysis_runs_known() r;
  PERFORM line.event(ctx, 'watch', w.id, ctx.case_id, 'saved a search as a watch', NULL,
    jsonb_build_object('query', w.query));
  RETURN analysis.watch_head(w);
END
