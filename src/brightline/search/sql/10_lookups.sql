-- What the functions of search and links share. They run with the caller's rights (reader or writer), so under the
-- same row-level security, and only inside an entered call: the application holds no right to them.

-- All words one edit away from `word`: a letter missing, too much, wrong, or two swapped. About 54 a letter; looking
-- each up in the dictionary's b-tree costs the same however big it grows, which trigrams don't.
CREATE OR REPLACE FUNCTION content.edits(word text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT e FROM generate_series(0, length(word)) i,
    LATERAL (SELECT left(word, i) AS head, substr(word, i + 1) AS tail, substr(word, i + 2) AS rest) p,
    LATERAL (
      SELECT head || rest AS e WHERE tail <> ''
      UNION ALL SELECT head || left(rest, 1) || left(tail, 1) || substr(rest, 2) WHERE rest <> ''
      UNION ALL SELECT head || l || tail
        FROM unnest(string_to_array('a b c d e f g h i j k l m n o p q r s t u v w x y z', ' ')) l
      UNION ALL SELECT head || l || rest
        FROM unnest(string_to_array('a b c d e f g h i j k l m n o p q r s t u v w x y z', ' ')) l WHERE tail <> ''
      UNION ALL SELECT head || l || t FROM unnest(string_to_array('0 1 2 3 4 5 6 7 8 9', ' ')) l,
        unnest(ARRAY[tail, rest]) t
        WHERE word ~ '[0-9]') x;
END $$;

-- The dictionary's words near one of a query, nearest first. It only widens the query: what comes of it is told of
-- visible rows alone. Short words have too many neighbours to be of use.
CREATE OR REPLACE FUNCTION content.near_words(word text, distance integer, most integer DEFAULT 40) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE found text[];
BEGIN
  IF distance < 1 OR length(word) < 4 OR length(word) > 48 OR word ~ '^[0-9]+$' THEN RETURN '{}'; END IF;
  found := ARRAY(SELECT t.token FROM content.token t
    WHERE t.token = ANY (ARRAY(SELECT content.edits(word))) AND t.token <> word ORDER BY t.token LIMIT most);
  IF distance > 1 AND length(word) > 5 AND cardinality(found) < most THEN
    PERFORM set_config('pg_trgm.similarity_threshold', '0.35', true);
    found := found || ARRAY(SELECT t.token FROM content.token t
      WHERE t.token OPERATOR(ext.%) word AND t.token <> word AND t.token <> ALL (found)
        AND ext.levenshtein_less_equal(t.token, word, 2) <= 2
      ORDER BY ext.similarity(t.token, word) DESC, t.token LIMIT most - cardinality(found));
  END IF;
  RETURN found;
END $$;

-- Keys, and the same keys as they stand in rows whose marking is part of the key.
CREATE OR REPLACE FUNCTION content.with_scopes(keys text[], scopes integer[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT keys || ARRAY(SELECT s || ':' || k FROM unnest(scopes) s, unnest(keys) k)
$$;

-- A list of a query's word, as query_keys makes it; nobody types one, and what isn't a list counts as an empty one.
CREATE OR REPLACE FUNCTION content.words_of(word jsonb, list text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN CASE jsonb_typeof(word -> list) WHEN 'array'
    THEN ARRAY(SELECT jsonb_array_elements_text(word -> list)) ELSE '{}' END;
END $$;

-- The id as people see it. A value node belongs to no source.
CREATE OR REPLACE FUNCTION content.printed(source text, schema text, entity uuid) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN schema = 'Value' THEN 'value' ELSE source END || '-' || replace(entity::text, '-', '');

-- The number by which a row's version is told: the how manieth of those that the caller may see. The source's own
-- number counts hidden ones too, so a gap in it would tell that they exist. The row's hash and id name a version for
-- everybody.
CREATE OR REPLACE FUNCTION content.version_told(of_source text, of_key text, stored integer) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN stored > 1 THEN (SELECT count(*)::integer FROM content.record v
  WHERE v.source = of_source AND v.source_key = of_key AND v.version <= stored) ELSE stored END;

-- entity → the smallest visible id of the entities that visible judgements join it with. Two viewers may rightly see
-- one entity or two. The newest judgement of a pair counts. The stored cluster only says where to look.
CREATE OR REPLACE FUNCTION content.joined(wanted uuid[]) RETURNS TABLE (entity uuid, canonical uuid, member uuid)
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  IF wanted IS NULL OR cardinality(wanted) = 0 THEN RETURN; END IF;
  RETURN QUERY
  WITH RECURSIVE near AS (
    -- What was judged a moment ago stands in no cluster yet: the worker sees to that.
    SELECT w AS at FROM unnest(wanted) w UNION SELECT o.far FROM near n CROSS JOIN LATERAL (
      SELECT j."right" AS far FROM content.judgement j WHERE j."left" = n.at AND j.verdict = 'same'
      UNION ALL SELECT j."left" FROM content.judgement j WHERE j."right" = n.at AND j.verdict = 'same') o),
  hint AS (
    SELECT DISTINCT a.cluster FROM content.aspect a WHERE a.entity = ANY (ARRAY(TABLE near))),
  known AS (
    SELECT a.entity FROM content.aspect a WHERE a.entity = ANY (ARRAY(TABLE near))
    UNION SELECT a.entity FROM content.aspect a WHERE a.cluster = ANY (ARRAY(TABLE hint)) AND a.cluster <> a.entity
    UNION SELECT a.entity FROM content.aspect a WHERE a.entity = ANY (ARRAY(TABLE hint))),
  newest AS (
    SELECT DISTINCT ON (least(j."left", j."right"), greatest(j."left", j."right")) j."left" AS l,
      j."right" AS r, j.verdict
    FROM content.judgement j WHERE j."left" = ANY (ARRAY(TABLE known)) AND j."right" = ANY (ARRAY(TABLE known))
    ORDER BY least(j."left", j."right"), greatest(j."left", j."right"), j.at DESC, j.id),
  pair AS (
    SELECT l, r FROM newest WHERE verdict = 'same' UNION SELECT r, l FROM newest WHERE verdict = 'same'),
  reached AS (
    SELECT k.entity AS a, k.entity AS b FROM known k WHERE k.entity = ANY (wanted)
    UNION SELECT x.a, pair.r FROM reached x JOIN pair ON pair.l = x.b)
  SELECT x.a, first_value(x.b) OVER (PARTITION BY x.a ORDER BY x.b), x.b FROM reached x;
END $$;

-- What a list says of an entity: merged from the visible aspects of its members, at most 200 of each.
CREATE OR REPLACE FUNCTION content.cards(canonicals uuid[], members uuid[]) RETURNS TABLE (canonical uuid, card jsonb)
LANGUAGE plpgsql STABLE ROWS 20 SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT m.canonical, jsonb_build_object(
      -- The canonical member need not be among those that were asked for.
      'id', COALESCE(min(content.printed(a.source, a.schema, a.entity)) FILTER (WHERE a.entity = m.canonical),
        (SELECT min(content.printed(c.source, c.schema, c.entity)) FROM content.aspect c WHERE c.entity = m.canonical)),
      'schema', COALESCE(mode() WITHIN
        GROUP (ORDER BY a.schema) FILTER (WHERE a.schema NOT IN ('Thing', 'LegalEntity')),
        min(a.schema)),
      'schemata', array_agg(DISTINCT a.schema),
      'caption', COALESCE(mode() WITHIN GROUP (ORDER BY a.caption) FILTER (WHERE a.caption <> ''), ''),
      'sources', array_agg(DISTINCT a.source),
      'markings', array_agg(DISTINCT a.marking),
      'first', min(a.first), 'last', max(a.last), 'aspects', count(*),
      'type', min(a.properties -> 'type' ->> 0) FILTER (WHERE a.schema = 'Value'))
  FROM unnest(canonicals, members) AS m (canonical, member)
  CROSS JOIN LATERAL (SELECT x.* FROM content.aspect x WHERE x.entity = m.member LIMIT 200) a
  GROUP BY m.canonical;
END $$;

-- From when until when, as precisely as it was said and no more ('1985', '2024-03'), of the days that it may mean. An
-- end that isn't said where the other one is stays open: NULL.
CREATE OR REPLACE FUNCTION content.dated(properties jsonb, first date, last date) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH said AS (SELECT left(v, 10) AS v, left(v, 10) || substr('0000-01-01', least(length(v), 10) + 1) AS opens
    FROM jsonb_each(CASE WHEN jsonb_typeof(properties) = 'object' THEN properties ELSE '{}' END) e,
      jsonb_array_elements_text(CASE WHEN jsonb_typeof(e.value) = 'array' THEN e.value ELSE '[]' END) v
    WHERE (e.key = 'date' OR e.key ~ '(Date|At)$') AND v ~ '^\d{4}(-\d\d(-\d\d.*)?)?$'),
  day AS MATERIALIZED (SELECT s.v, s.opens::date AS opens, CASE length(s.v) WHEN 4 THEN (s.v || '-12-31')::date
      WHEN 7 THEN (s.opens::date + interval '1 month' - interval '1 day')::date ELSE s.opens::date END AS closes
    FROM said s WHERE pg_input_is_valid(s.opens, 'date')),
  named AS (SELECT jsonb_exists_any(properties, ARRAY['startDate', 'date']) AS begins, jsonb_exists_any(properties,
    ARRAY['endDate', 'date']) AS ends)
  SELECT jsonb_build_object(
    'from', CASE WHEN n.ends AND NOT n.begins THEN NULL
      ELSE COALESCE((SELECT d.v FROM day d WHERE d.opens = dated.first ORDER BY length(d.v) DESC LIMIT 1),
        dated.first::text) END,
    'to', CASE WHEN n.begins AND NOT n.ends THEN NULL
      ELSE COALESCE((SELECT d.v FROM day d WHERE d.closes = dated.last ORDER BY length(d.v) DESC
        LIMIT 1), dated.last::text) END)
  FROM named n
$$;

DO $own$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'content'::regnamespace
      AND p.proname IN ('edits', 'near_words', 'with_scopes', 'words_of', 'printed', 'version_told',
        'joined', 'cards', 'dated') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_owner', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer', f);
  END LOOP;
END $own$;
