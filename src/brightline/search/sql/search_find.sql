-- act: search
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {q, words: [{tokens, sounds, identifiers, texts, optional}], schemas, sources, countries, from, to, fuzzy 0–2,
--   limit, offset, sort: score|newest}
-- result: {total, capped, unread: null, or of the case one works under {documents, partly}, hits: [{id, score, schema, caption, sources, markings, first, last, links, aspects, best: [{source,
--   schema, page, properties}]}], facets: {schema, source, year, country}, sources, markings, pointers}
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
  exact text[]; near text[]; heard text[]; read text[]; texts text[] := '{}';
  -- The lists of keys, each as one text: element i is `$1[i]` of the statement.
  lists text[] := '{}'; list constant text := 'string_to_array($1[%s], chr(31))'; l_exact text; l_near text; l_heard text;
  is_exact text := ''; is_near text := ''; is_heard text := ''; near_score text := ''; heard_score text := '';
  bonus text := '0'; filters text := ''; extra text := '';
  n integer := 0; widened boolean := false; sounded boolean := false; readable boolean := true;
  groups jsonb := '[]';
  lexemes text; columns text; statement text; r jsonb;
BEGIN
  -- A LIMIT tempts the planner to read a table from its start until enough is found; among hidden rows that may be never.
  PERFORM set_config('enable_seqscan', 'off', true);
  IF jsonb_typeof(words) <> 'array' OR jsonb_array_length(words) > 40 THEN
    PERFORM line.bad('words', 'are no list of at most 40 words', 'Shorten the query.');
  END IF;
  IF fuzzy NOT BETWEEN 0 AND 2 THEN PERFORM line.bad('fuzzy', 'must be 0, 1 or 2', 'Leave it out for 1.'); END IF;
  IF want NOT BETWEEN 1 AND 200 THEN PERFORM line.bad('limit', 'must be 1 to 200', 'Ask for less and page on.'); END IF;
  IF skip NOT BETWEEN 0 AND cap THEN PERFORM line.bad('offset', 'must be 0 to 10,000', 'Narrow the search.'); END IF;

  -- The conditions on keys, word by word. The planner folds each list to a constant and so knows how rare a word is; yet the
  -- statement's text doesn't hold them: near words come from a dictionary in which hidden words stand, too, and an error in
  -- the middle (a timeout that the caller chose) tells the caller the text.
  FOR word IN SELECT * FROM jsonb_array_elements(words) LOOP
    -- What isn't a list counts as an empty one: these come from query_keys, and nobody types them.
    exact := ARRAY(SELECT 't:' || t FROM jsonb_array_elements_text(CASE jsonb_typeof(word -> 'tokens') WHEN 'array' THEN word -> 'tokens' ELSE '[]' END) t
      UNION ALL SELECT i FROM jsonb_array_elements_text(CASE jsonb_typeof(word -> 'identifiers') WHEN 'array' THEN word -> 'identifiers' ELSE '[]' END) i);
    IF word -> 'optional' = 'true' OR n >= most_words THEN
      IF cardinality(exact) > 0 THEN
        lists := lists || array_to_string(content.with_scopes(exact, scopes), chr(31));
        bonus := bonus || format(' + CASE WHEN a.keys && ' || list || ' THEN 0.02 ELSE 0 END', cardinality(lists));
      END IF;
      CONTINUE;
    END IF;
    n := n + 1;
    read := ARRAY(SELECT t FROM jsonb_array_elements_text(CASE jsonb_typeof(word -> 'texts') WHEN 'array' THEN word -> 'texts' ELSE '[]' END) t);
    readable := readable AND cardinality(read) > 0;
    texts := texts || read;
    heard := ARRAY(SELECT 's:' || s FROM jsonb_array_elements_text(CASE jsonb_typeof(word -> 'sounds') WHEN 'array' THEN word -> 'sounds' ELSE '[]' END) s);
    near := exact;
    IF fuzzy > 0 THEN
      near := near || ARRAY(SELECT 't:' || w FROM unnest(exact) e, unnest(content.near_words(substr(e, 3), fuzzy)) w WHERE e LIKE 't:%');
    END IF;
    widened := widened OR cardinality(near) > cardinality(exact);
    sounded := sounded OR cardinality(heard) > 0;
    groups := groups || jsonb_build_array(to_jsonb(exact));
    IF cardinality(scopes) > 0 THEN
      exact := content.with_scopes(exact, scopes); near := content.with_scopes(near, scopes); heard := content.with_scopes(heard, scopes);
    END IF;
    heard := near || heard;
    lists := lists || ARRAY[array_to_string(exact, chr(31)), array_to_string(near, chr(31)), array_to_string(heard, chr(31))];
    l_exact := format(list, cardinality(lists) - 2); l_near := format(list, cardinality(lists) - 1); l_heard := format(list, cardinality(lists));
    is_exact := is_exact || ' AND a.keys && ' || l_exact;
    is_near := is_near || ' AND a.keys && ' || l_near;
    is_heard := is_heard || ' AND a.keys && ' || l_heard;
    near_score := near_score || format(' + CASE WHEN a.keys && %s THEN 1 ELSE 0.75 END', l_exact);
    heard_score := heard_score || format(' + CASE WHEN a.keys && %s THEN 1 WHEN a.keys && %s THEN 0.75 ELSE 0.55 END', l_exact, l_near);
  END LOOP;
  IF EXISTS (SELECT FROM unnest(texts) t WHERE t !~ '^[a-z0-9]{1,64}$') THEN
    PERFORM line.bad('words', 'hold something that is no word', 'Send words as query_keys makes them.');
  END IF;

  IF cardinality(schemas) > 0 THEN filters := filters || format(' AND a.schema = ANY (%L::text[])', schemas::text); END IF;
  IF cardinality(sources) > 0 THEN filters := filters || format(' AND a.source = ANY (%L::text[])', sources::text); END IF;
  IF cardinality(countries) > 0 THEN
    extra := format(' AND (a.properties -> %2$L ?| %1$L::text[] OR a.properties -> %3$L ?| %1$L::text[] OR a.properties -> %4$L ?| %1$L::text[])',
      countries::text, 'country', 'jurisdiction', 'nationality');
  END IF;
  IF since IS NOT NULL THEN extra := extra || format(' AND a.last >= %L::date', since); END IF;
  IF until IS NOT NULL THEN extra := extra || format(' AND a.first <= %L::date', until); END IF;
  IF n = 0 AND filters = '' THEN
    PERFORM line.bad('q', 'is empty', 'Type a name, an identifier or a word, or choose a schema or a source.');
  END IF;

  lexemes := (SELECT string_agg(DISTINCT t, ' & ') FROM unnest(texts) t);
  columns := 'a.id, a.entity, a.cluster, a.source, a.schema, a.first, a.last, COALESCE(a.properties -> ''country'',
    a.properties -> ''jurisdiction'', a.properties -> ''nationality'') AS countries, 0.15 * least(1.0, '
    || length(COALESCE(p ->> 'q', ''))::text || ' / greatest(length(a.caption), 1)::numeric) + ' || bonus || ' + 0.85 * ';
  statement := 'WITH exact AS MATERIALIZED (SELECT ' || columns || '1.0 AS score FROM content.aspect a WHERE true'
    || is_exact || filters || extra || format(' LIMIT %s)', cap + 1);
  -- Each wider net takes what the narrower left, and only while there is room.
  statement := statement || ', near AS MATERIALIZED (SELECT ' || columns || CASE WHEN widened
    THEN format('(0%s) / %s AS score FROM content.aspect a WHERE NOT (true%s)%s%s%s AND (SELECT count(*) FROM exact) <= %s LIMIT %s)',
      near_score, n, is_exact, is_near, filters, extra, cap, cap + 1)
    ELSE '1.0 AS score FROM content.aspect a WHERE false)' END;
  -- The very words, in a text: before what is only near or sounds alike, behind what bears them as its name.
  statement := statement || ', written AS MATERIALIZED (SELECT ' || columns || CASE WHEN n > 0 AND readable
    THEN format('0.9 AS score FROM content.aspect a WHERE a.text @@ %L::tsquery AND NOT (true%s)%s%s
      AND (SELECT count(*) FROM exact) <= %s LIMIT %s)',
      lexemes, CASE WHEN widened THEN is_near ELSE is_exact END, filters, extra, cap, cap + 1)
    ELSE '0.9 AS score FROM content.aspect a WHERE false)' END;
  statement := statement || ', heard AS MATERIALIZED (SELECT ' || columns || CASE WHEN sounded AND fuzzy > 0
    THEN format('(0%s) / %s AS score FROM content.aspect a WHERE NOT (true%s)%s%s%s%s
      AND (SELECT count(*) FROM exact) + (SELECT count(*) FROM near) < %s LIMIT 500)',
      heard_score, n, is_near, CASE WHEN readable THEN format(' AND NOT a.text @@ %L::tsquery', lexemes) ELSE '' END, is_heard, filters, extra,
      CASE fuzzy WHEN 1 THEN few ELSE 500 END)
    ELSE '0.5 AS score FROM content.aspect a WHERE false)' END;
  statement := statement || format($q$,
  hit AS MATERIALIZED (SELECT * FROM exact UNION ALL SELECT * FROM near UNION ALL SELECT * FROM written
    UNION ALL SELECT * FROM heard LIMIT %1$s),
  merged AS MATERIALIZED (SELECT * FROM content.joined((SELECT array_agg(DISTINCT h.entity) FROM hit h WHERE h.cluster <> h.entity))),
  own AS MATERIALIZED (SELECT h.*, COALESCE(m.canonical, h.entity) AS canonical FROM hit h
    LEFT JOIN (SELECT DISTINCT x.entity, x.canonical FROM merged x) m ON m.entity = h.entity),
  one AS MATERIALIZED (SELECT o.canonical, max(o.score) AS score, max(COALESCE(o.last, o.first)) AS newest FROM own o GROUP BY 1),
  page AS MATERIALIZED (SELECT row_number() OVER (ORDER BY %2$s) AS place, o.* FROM one o ORDER BY %2$s LIMIT %3$s OFFSET %4$s),
  member AS MATERIALIZED (SELECT g.canonical, COALESCE(m.member, g.canonical) AS member FROM page g
    LEFT JOIN (SELECT DISTINCT x.canonical, x.member FROM merged x) m ON m.canonical = g.canonical),
  shown AS (SELECT g.place, c.card || jsonb_build_object('score', round(least(g.score, 1), 3),
      'links', (SELECT count(*) FROM (SELECT FROM content.link l
        WHERE l.src = ANY (ARRAY(SELECT m.member FROM member m WHERE m.canonical = g.canonical)) LIMIT 1000) x),
      'best', (SELECT jsonb_agg(jsonb_build_object('source', b.source, 'schema', b.schema, 'properties', w.properties,
          'page', CASE WHEN b.source = 'case' THEN w.original -> 'page' ->> 0 END) ORDER BY b.score DESC, b.id)
        FROM (SELECT o.* FROM own o WHERE o.canonical = g.canonical ORDER BY o.score DESC, o.id LIMIT 5) b
          JOIN content.aspect w ON w.entity = b.entity AND w.id = b.id)) AS card
    FROM page g JOIN content.cards((SELECT array_agg(m.canonical ORDER BY m.member) FROM member m),
      (SELECT array_agg(m.member ORDER BY m.member) FROM member m)) c ON c.canonical = g.canonical)
  SELECT jsonb_build_object(
    'total', (SELECT count(*) FROM one), 'capped', (SELECT count(*) FROM hit) > %5$s,
    'hits', (SELECT COALESCE(jsonb_agg(s.card ORDER BY s.place), '[]') FROM shown s),
    '_shown', (SELECT COALESCE(jsonb_agg(DISTINCT m.member), '[]') FROM member m),
    'facets', jsonb_build_object(
      'schema', (SELECT COALESCE(jsonb_agg(jsonb_build_array(v, k) ORDER BY k DESC, v), '[]') FROM (SELECT v, count(*) AS k FROM
        (SELECT DISTINCT o.canonical, o.schema AS v FROM own o) d GROUP BY v ORDER BY 2 DESC, 1 LIMIT 60) f),
      'source', (SELECT COALESCE(jsonb_agg(jsonb_build_array(v, k) ORDER BY k DESC, v), '[]') FROM (SELECT v, count(*) AS k FROM
        (SELECT DISTINCT o.canonical, o.source AS v FROM own o) d GROUP BY v ORDER BY 2 DESC, 1 LIMIT 60) f),
      'year', (SELECT COALESCE(jsonb_agg(jsonb_build_array(v, k) ORDER BY v DESC), '[]') FROM (SELECT v, count(*) AS k FROM
        (SELECT DISTINCT o.canonical, to_char(COALESCE(o.last, o.first), 'YYYY') AS v FROM own o WHERE COALESCE(o.last, o.first) IS NOT NULL) d
        GROUP BY v ORDER BY 1 DESC LIMIT 60) f),
      'country', (SELECT COALESCE(jsonb_agg(jsonb_build_array(v, k) ORDER BY k DESC, v), '[]') FROM (SELECT v, count(*) AS k FROM
        (SELECT DISTINCT o.canonical, c AS v FROM own o, jsonb_array_elements_text(o.countries) c WHERE jsonb_typeof(o.countries) = 'array') d
        GROUP BY v ORDER BY 2 DESC, 1 LIMIT 60) f)))
  $q$, cap + 1, CASE WHEN newest THEN 'o.newest DESC NULLS LAST, o.score DESC, o.canonical' ELSE 'o.score DESC, o.newest DESC NULLS LAST, o.canonical' END,
    want, skip, cap);
  EXECUTE statement INTO r USING lists;

  IF n = 0 AND (r ->> 'total')::integer > line.search_bulk_threshold() THEN
    PERFORM line.refuse(ctx, 'bulk', format('A search without a name or an identifier found more than %s.', line.search_bulk_threshold()),
      'Add a name or an identifier, narrow the filters, or have a bulk run approved: brightline bulk request.');
  END IF;
  IF n = 0 AND jsonb_array_length(r -> '_shown') > 0 THEN
    PERFORM line.search_tally(ctx, 'attributes', ARRAY(SELECT h ->> 'id' FROM jsonb_array_elements(r -> 'hits') h WHERE h -> 'schemata' ? 'Person'));
  END IF;
  RETURN r || jsonb_build_object('unread', CASE WHEN ctx.kind = 'case' AND n > 0 THEN documents.unread(ctx.case_id) END,
    '_count', jsonb_build_object('total', r -> 'total', 'shown', jsonb_array_length(r -> '_shown')),
    'markings', line.marking_words(ARRAY(SELECT DISTINCT m::integer FROM jsonb_array_elements(r -> 'hits') h, jsonb_array_elements_text(h -> 'markings') m)),
    'pointers', line.pointers(ctx, groups));
END
