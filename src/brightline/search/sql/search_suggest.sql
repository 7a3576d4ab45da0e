-- act: search
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: optional
-- token: yes
-- params: {q, words: [[token, …], …] each complete, prefix: the word being typed, limit 1–20}
-- result: {items: [{id, schema, caption}]}
DECLARE
  -- Words of the dictionary that are tried at most. They may be hidden ones: those yield nothing and take no place.
  tried constant integer := 2000;
  prefix text := line.text(p, 'prefix', 48);
  want integer := line.int(p, 'limit', 10);
  scopes integer[] := ARRAY(SELECT line.scoped_markings());
  given text := '';
  word jsonb; r jsonb;
BEGIN
  -- A LIMIT tempts the planner to read a table from its start until enough is found; among hidden rows that may be
  -- never.
  PERFORM set_config('enable_seqscan', 'off', true);
  IF want NOT BETWEEN 1 AND 20 THEN PERFORM line.bad('limit', 'must be 1 to 20', 'Leave it out for 10.'); END IF;
  IF prefix IS NULL OR length(prefix) < 2 OR prefix !~ '^[a-z0-9]+$' THEN RETURN '{"items": []}'; END IF;
  IF jsonb_typeof(COALESCE(p -> 'words', '[]')) <> 'array' OR jsonb_array_length(COALESCE(p -> 'words', '[]')) > 12 THEN
    PERFORM line.bad('words', 'are no list of at most 12', 'Type less.');
  END IF;
  FOR word IN SELECT jsonb_build_object('w', e) FROM jsonb_array_elements(COALESCE(p -> 'words', '[]')) e LOOP
    given := given || format(' AND a.keys && %L::text[]',
      content.with_scopes(ARRAY(SELECT 't:' || t FROM unnest(line.texts(word, 'w')) t), scopes)::text);
  END LOOP;
  -- Word by word in the dictionary's order, three visible rows of each, until there are enough: what is hidden changes
  -- neither the suggestions nor their order.
  EXECUTE format($q$
    WITH word AS MATERIALIZED (SELECT t.token FROM content.token t WHERE t.token COLLATE "C" >= %1$L
        AND t.token COLLATE "C" < %2$L ORDER BY t.token COLLATE "C" LIMIT %3$s),
    found AS MATERIALIZED (SELECT row_number() OVER () AS place, f.* FROM (
      SELECT w.token, a.entity, a.source, a.schema, a.caption FROM word w CROSS JOIN LATERAL (
        SELECT a.* FROM content.aspect a
          WHERE a.keys && content.with_scopes(ARRAY['t:' || w.token], %4$L::integer[]) %5$s LIMIT 3) a
      LIMIT %6$s) f),
    one AS (SELECT DISTINCT ON (f.entity) f.* FROM found f ORDER BY f.entity, f.place)
    SELECT jsonb_build_object('items', COALESCE(jsonb_agg(jsonb_build_object('id', content.printed(o.source, o.schema,
      o.entity),
        'schema', o.schema, 'caption', o.caption)
          ORDER BY o.place), '[]'), '_shown', COALESCE(jsonb_agg(o.entity), '[]'))
    FROM (SELECT * FROM one ORDER BY place LIMIT %7$s) o
  $q$, prefix, left(prefix, -1) || chr(ascii(right(prefix, 1)) + 1), tried, scopes::text, given, want * 3, want) INTO r;
  RETURN r;
END
