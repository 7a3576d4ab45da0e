-- act: search
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {queries: [{q, words}], fuzzy}
-- result: {threshold, items: [{query, total, capped, best: [{id, schema, caption, score}]}]}
DECLARE
  queries jsonb := COALESCE(p -> 'queries', '[]');
  query jsonb; r jsonb; items jsonb := '[]'; shown jsonb := '[]';
BEGIN
  IF jsonb_typeof(queries) <> 'array' OR jsonb_array_length(queries) = 0 THEN
    PERFORM line.bad('queries', 'is no list with at least one line', 'Send one name or identifier per line.');
  END IF;
  -- Rule 41: a list of people is a bulk run, whatever each line would find.
  IF jsonb_array_length(queries) > line.search_bulk_threshold() THEN
    PERFORM line.refuse(ctx, 'bulk', format('A list of %s lines is above the threshold of %s.',
      jsonb_array_length(queries),
      line.search_bulk_threshold()),
        'Ask for a bulk run, which a supervisor approves by its sampled error rate: brightline bulk request.');
  END IF;
  -- A list that is cut into pieces is still one list.
  PERFORM line.search_tally(ctx, 'list', ARRAY(SELECT e ->> 'q' FROM jsonb_array_elements(queries) e));
  FOR query IN SELECT * FROM jsonb_array_elements(queries) LOOP
    r := "inner".search_find(ctx, query || jsonb_build_object('fuzzy', line.int(p, 'fuzzy', 1), 'limit', 3));
    shown := shown || (r -> '_shown');
    items := items || jsonb_build_array(jsonb_build_object('query', query -> 'q', 'total', r -> 'total',
      'total_capped', r -> 'capped',
      'best', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', h -> 'id', 'schema', h -> 'schema',
        'caption', h -> 'caption',
        'score', h -> 'score') ORDER BY o), '[]') FROM jsonb_array_elements(r -> 'hits') WITH ORDINALITY AS x (h, o))));
  END LOOP;
  RETURN jsonb_build_object('threshold', line.search_bulk_threshold(), 'items', items, '_shown', shown);
END
