-- act: search
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {q, words: [{tokens, sounds, identifiers, texts, optional}], schemas, sources, countries, from, to, fuzzy
--   0–2, limit, offset, sort: score|newest}
-- result: {total, capped, unread: null, or of the case one works under {documents, partly}, hits: [{id, score, schema,
--   caption, sources, markings, first, last, links, aspects, best: [{source, schema, page, properties}]}], facets:
--   {schema, source, year, country}, sources, markings, pointers}
DECLARE
  cap constant integer := 10000;
  few constant integer := 20;
  most_words constant integer := 12;
  fuzzy integer := line.int(p, 'fuzzy', 1);
  want integer := line.int(p, 'limit', 20);
  skip integer := line.int(p, 'offset', 0);
  newest boolean := line.text(p, 'sort', 10) = 'newest';
  scopes integer[] := ARRAY(SELECT line.scoped_markings());
  words jsonb := COALESCE(p -> 'words', '[]');
  word jsonb;
  schemas text[] := line.texts(p, 'schemas', 200); sources text[] := line.texts(p, 'sources', 200);
  countries text[] := line.texts(p, 'countries', 200);
  since date := line.date(p, 'from'); until date := line.date(p, 'to');
  asked integer := length(COALESCE(p ->> 'q', ''));
  exact text[]; near text[]; heard text[]; read text[]; texts text[] := '{}';
  -- A list of keys for each word, as content.net_keys takes them.
  all_exact text[] := '{}'; all_near text[] := '{}'; all_heard text[] := '{}'; bonus text[] := '{}';
  widened boolean := false; sounded boolean := false; readable boolean := true;
  groups jsonb := '[]';
  lexemes tsquery;
  hits content.hit[]; named integer; r jsonb;
BEGIN
  IF jsonb_typeof(words) <> 'array' OR jsonb_array_length(words) > 40 THEN
    PERFORM line.bad('words', 'are no list of at most 40 words', 'Shorten the query.');
  END IF;
  IF fuzzy NOT BETWEEN 0 AND 2 THEN PERFORM line.bad('fuzzy', 'must be 0, 1 or 2', 'Leave it out for 1.'); END IF;
  IF want NOT BETWEEN 1 AND 200 THEN PERFORM line.bad('limit', 'must be 1 to 200', 'Ask for less and page on.'); END IF;
  IF skip NOT BETWEEN 0 AND cap THEN PERFORM line.bad('offset', 'must be 0 to 10,000', 'Narrow the search.'); END IF;

  FOR word IN SELECT * FROM jsonb_array_elements(words) LOOP
    exact := ARRAY(SELECT 't:' || t FROM unnest(content.words_of(word, 'tokens')) t) ||
      content.words_of(word, 'identifiers');
    IF word -> 'optional' = 'true' OR cardinality(all_exact) >= most_words THEN
      IF cardinality(exact) > 0
        THEN bonus := bonus || array_to_string(content.with_scopes(exact, scopes), chr(31)); END IF;
      CONTINUE;
    END IF;
    read := content.words_of(word, 'texts');
    readable := readable AND cardinality(read) > 0;
    texts := texts || read;
    heard := ARRAY(SELECT 's:' || s FROM unnest(content.words_of(word, 'sounds')) s);
    near := exact;
    IF fuzzy > 0 THEN
      near := near || ARRAY(SELECT 't:' || w
        FROM unnest(exact) e, unnest(content.near_words(substr(e, 3), fuzzy)) w WHERE e LIKE 't:%');
    END IF;
    widened := widened OR cardinality(near) > cardinality(exact);
    sounded := sounded OR cardinality(heard) > 0;
    groups := groups || jsonb_build_array(to_jsonb(exact));
    IF cardinality(scopes) > 0 THEN
      exact := content.with_scopes(exact, scopes); near := content.with_scopes(near, scopes);
      heard := content.with_scopes(heard, scopes);
    END IF;
    all_exact := all_exact || array_to_string(exact, chr(31));
    all_near := all_near || array_to_string(near, chr(31));
    all_heard := all_heard || array_to_string(near || heard, chr(31));
  END LOOP;
  IF EXISTS (SELECT FROM unnest(texts) t WHERE t !~ '^[a-z0-9]{1,64}$') THEN
    PERFORM line.bad('words', 'hold something that is no word', 'Send words as query_keys makes them.');
  END IF;
  IF cardinality(all_exact) = 0 AND cardinality(schemas) = 0 AND cardinality(sources) = 0 THEN
    PERFORM line.bad('q', 'is empty', 'Type a name, an identifier or a word, or choose a schema or a source.');
  END IF;

  -- Each wider net takes what the narrower left, and only while there is room.
  IF cardinality(all_exact) = 0 THEN
    hits := content.net_filters(bonus, schemas, sources, countries, since, until, cap + 1);
  ELSE
    lexemes := CASE WHEN readable THEN (SELECT string_agg(DISTINCT t, ' & ')::tsquery FROM unnest(texts) t) END;
    hits := content.net_keys(all_exact, NULL, NULL, NULL, NULL, bonus, asked, schemas, sources, countries,
      since, until, cap + 1);
    IF cardinality(hits) > cap THEN widened := false; lexemes := NULL; sounded := false; END IF;
    IF widened THEN
      hits := hits || content.net_keys(all_near, all_exact, NULL, all_exact, all_near, bonus, asked, schemas, sources,
        countries, since, until, cap + 1);
    END IF;
    named := COALESCE(cardinality(hits), 0);
    IF lexemes IS NOT NULL THEN
      hits := hits || content.net_text(lexemes, all_near, bonus, asked, schemas, sources, countries,
        since, until, cap + 1);
    END IF;
    IF sounded AND fuzzy > 0 AND named < (CASE fuzzy WHEN 1 THEN few ELSE 500 END) THEN
      hits := hits || content.net_keys(all_heard, all_near, lexemes, all_exact, all_near, bonus, asked, schemas,
        sources, countries, since, until, 500);
    END IF;
  END IF;
  r := content.found(hits, newest, want, skip, cap);

  IF cardinality(all_exact) = 0 AND (r ->> 'total')::integer > line.search_bulk_threshold() THEN
    PERFORM line.refuse(ctx, 'bulk', format('A search without a name or an identifier found more than %s.',
      line.search_bulk_threshold()),
      'Add a name or an identifier, narrow the filters, or have a bulk run approved: brightline bulk request.');
  END IF;
  IF cardinality(all_exact) = 0 AND jsonb_array_length(r -> '_shown') > 0 THEN
    PERFORM line.search_tally(ctx, 'attributes', ARRAY(SELECT h ->> 'id' FROM jsonb_array_elements(r -> 'hits') h
      WHERE h -> 'schemata' ? 'Person'));
  END IF;
  RETURN r || jsonb_build_object('unread', CASE WHEN ctx.kind = 'case' AND cardinality(all_exact) > 0
    THEN documents.unread(ctx.case_id) END,
    '_count', jsonb_build_object('total', r -> 'total', 'shown', jsonb_array_length(r -> '_shown')),
    'markings', line.marking_words(ARRAY(SELECT DISTINCT m::integer FROM jsonb_array_elements(r -> 'hits') h,
      jsonb_array_elements_text(h -> 'markings') m)),
    'pointers', line.pointers(ctx, groups));
END
