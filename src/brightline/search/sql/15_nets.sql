-- The nets of a search, each a statement that a connection plans once. They run with the caller's rights, so under the
-- same row-level security. A list of keys comes as one text, chr(31) between its keys, so that several fit an array.
--
-- A limit tempts the planner to read a table from its start until enough is found; among hidden rows that may be never.
-- So rows come from the index of keys or of texts, whatever is asked.

-- Where a row says that it belongs, as the list of countries takes it.
CREATE OR REPLACE FUNCTION content.countries(properties jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
RETURN COALESCE(properties -> 'country', properties -> 'jurisdiction', properties -> 'nationality');

-- 0.85 for how near the words are, up to 0.15 for how much of the name they are.
CREATE OR REPLACE FUNCTION content.score(nearness numeric, asked integer, caption text) RETURNS numeric
LANGUAGE sql IMMUTABLE
RETURN 0.15 * least(1.0, asked / greatest(length(caption), 1)::numeric) + 0.85 * nearness;

-- What narrows a search beside its words: one of each list that isn't empty, and a time that touches it.
CREATE OR REPLACE FUNCTION content.fits(schema text, source text, properties jsonb, first date, last date,
  schemas text[], sources text[], countries text[], since date, until date) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN (cardinality(schemas) = 0 OR schema = ANY (schemas)) AND (cardinality(sources) = 0 OR source = ANY (sources))
  AND (cardinality(countries) = 0 OR properties -> 'country' ?| countries OR properties -> 'jurisdiction' ?| countries
    OR properties -> 'nationality' ?| countries)
  AND (since IS NULL OR last >= since) AND (until IS NULL OR first <= until);

-- Rows that bear a key of each list of `wanted`, but for those that a narrower net brings in: with a key of each of
-- `without`, or with the very words `without_text`. Of each word `exact` scores 1, `near` 0.75 and any other 0.55;
-- NULL: all is exact.
CREATE OR REPLACE FUNCTION content.net_keys(wanted text[], without text[], without_text tsquery, exact text[],
  near text[], bonus text[],
  asked integer, schemas text[], sources text[], countries text[], since date, until date,
    most integer) RETURNS content.hit[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off AS $$
DECLARE
  -- Three lists are looked up in the index, more only filter what those find; of fewer one stands there twice.
  one text[] := string_to_array(wanted[1], chr(31));
  two text[] := string_to_array(COALESCE(wanted[2], wanted[1]), chr(31));
  three text[] := string_to_array(COALESCE(wanted[3], wanted[1]), chr(31)); more text[] := wanted[4:];
BEGIN
  RETURN (SELECT array_agg(ROW(x.*)::content.hit) FROM (
    SELECT a.id, a.entity, a.cluster, a.source, a.schema, a.first, a.last, content.countries(a.properties),
      content.score(CASE WHEN exact IS NULL THEN 1
        ELSE (SELECT avg(CASE WHEN a.keys && string_to_array(w.e, chr(31)) THEN 1
          WHEN a.keys && string_to_array(w.n, chr(31)) THEN 0.75 ELSE 0.55 END)
            FROM unnest(exact, near) AS w (e, n)) END, asked, a.caption)
        + CASE WHEN cardinality(bonus) = 0 THEN 0
          ELSE 0.02 * (SELECT count(*) FROM unnest(bonus) b WHERE a.keys && string_to_array(b, chr(31))) END
    FROM content.aspect a
    WHERE a.keys && one AND a.keys && two AND a.keys && three
      AND (cardinality(more) = 0 OR NOT EXISTS (SELECT FROM unnest(more) w
        WHERE NOT a.keys && string_to_array(w, chr(31))))
      AND (without IS NULL OR EXISTS (SELECT FROM unnest(without) w WHERE NOT a.keys && string_to_array(w, chr(31))))
      AND (without_text IS NULL OR NOT a.text @@ without_text)
      AND content.fits(a.schema, a.source, a.properties, a.first, a.last, schemas, sources, countries, since, until)
    LIMIT most) x);
END $$;

-- Rows in whose text the very words stand: behind what bears them as its name, before what is only near or sounds
-- alike.
CREATE OR REPLACE FUNCTION content.net_text(wanted tsquery, without text[], bonus text[],
  asked integer, schemas text[], sources text[], countries text[], since date, until date,
    most integer) RETURNS content.hit[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off AS $$
BEGIN
  RETURN (SELECT array_agg(ROW(x.*)::content.hit) FROM (
    SELECT a.id, a.entity, a.cluster, a.source, a.schema, a.first, a.last, content.countries(a.properties),
      content.score(0.9, asked, a.caption) + 0.02 * (SELECT count(*) FROM unnest(bonus) b
        WHERE a.keys && string_to_array(b, chr(31)))
    FROM content.aspect a
    WHERE a.text @@ wanted AND EXISTS (SELECT FROM unnest(without) w WHERE NOT a.keys && string_to_array(w, chr(31)))
      AND content.fits(a.schema, a.source, a.properties, a.first, a.last, schemas, sources, countries, since, until)
    LIMIT most) x);
END $$;

-- Rows by the filters alone. Which index serves depends on the filters, so this one is planned for each search.
CREATE OR REPLACE FUNCTION content.net_filters(bonus text[], schemas text[], sources text[], countries text[],
  since date, until date,
  most integer) RETURNS content.hit[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan
  SET enable_seqscan = off AS $$
BEGIN
  RETURN (SELECT array_agg(ROW(x.*)::content.hit) FROM (
    SELECT a.id, a.entity, a.cluster, a.source, a.schema, a.first, a.last, content.countries(a.properties),
      content.score(1, 0, a.caption) + 0.02 * (SELECT count(*) FROM unnest(bonus) b
        WHERE a.keys && string_to_array(b, chr(31)))
    FROM content.aspect a
    WHERE content.fits(a.schema, a.source, a.properties, a.first, a.last, schemas, sources, countries, since, until)
    LIMIT most) x);
END $$;

-- The page of what the nets brought in, merged to entities, with the counts over all of it:
-- {total, capped, hits, facets: {schema, source, year, country}, _shown: members of the page}.
CREATE OR REPLACE FUNCTION content.found(hits content.hit[], newest_first boolean, want integer, skip integer,
  cap integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off AS $$
BEGIN
  RETURN (WITH
  hit AS MATERIALIZED (SELECT * FROM unnest(hits) LIMIT cap + 1),
  merged AS MATERIALIZED (SELECT * FROM content.joined((SELECT array_agg(DISTINCT h.entity) FROM hit h
    WHERE h.cluster <> h.entity))),
  own AS MATERIALIZED (SELECT h.*, COALESCE(m.canonical, h.entity) AS canonical FROM hit h
    LEFT JOIN (SELECT DISTINCT x.entity, x.canonical FROM merged x) m ON m.entity = h.entity),
  one AS MATERIALIZED (SELECT o.canonical, max(o.score) AS score, max(COALESCE(o.last, o.first)) AS newest
    FROM own o GROUP BY 1),
  page AS MATERIALIZED (SELECT row_number() OVER (ORDER BY r.rank DESC NULLS LAST, r.score DESC, r.newest DESC NULLS
    LAST, r.canonical) AS place, r.*
    FROM (SELECT o.*, CASE WHEN newest_first THEN o.newest END AS rank FROM one o) r
    ORDER BY r.rank DESC NULLS LAST, r.score DESC, r.newest DESC NULLS LAST, r.canonical LIMIT want OFFSET skip),
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
    'total', (SELECT count(*) FROM one), 'capped', (SELECT count(*) FROM hit) > cap,
    'hits', (SELECT COALESCE(jsonb_agg(s.card ORDER BY s.place), '[]') FROM shown s),
    '_shown', (SELECT COALESCE(jsonb_agg(DISTINCT m.member), '[]') FROM member m),
    'facets', jsonb_build_object(
      'schema', (SELECT COALESCE(jsonb_agg(jsonb_build_array(v, k) ORDER BY k DESC, v), '[]')
        FROM (SELECT v, count(*) AS k FROM
        (SELECT DISTINCT o.canonical, o.schema AS v FROM own o) d GROUP BY v ORDER BY 2 DESC, 1 LIMIT 60) f),
      'source', (SELECT COALESCE(jsonb_agg(jsonb_build_array(v, k) ORDER BY k DESC, v), '[]')
        FROM (SELECT v, count(*) AS k FROM
        (SELECT DISTINCT o.canonical, o.source AS v FROM own o) d GROUP BY v ORDER BY 2 DESC, 1 LIMIT 60) f),
      'year', (SELECT COALESCE(jsonb_agg(jsonb_build_array(v, k) ORDER BY v DESC), '[]')
        FROM (SELECT v, count(*) AS k FROM
        (SELECT DISTINCT o.canonical, to_char(COALESCE(o.last, o.first), 'YYYY') AS v FROM own o
          WHERE COALESCE(o.last, o.first) IS NOT NULL) d
        GROUP BY v ORDER BY 1 DESC LIMIT 60) f),
      'country', (SELECT COALESCE(jsonb_agg(jsonb_build_array(v, k) ORDER BY k DESC, v), '[]')
        FROM (SELECT v, count(*) AS k FROM
        (SELECT DISTINCT o.canonical, c AS v FROM own o, jsonb_array_elements_text(o.countries) c
          WHERE jsonb_typeof(o.countries) = 'array') d
        GROUP BY v ORDER BY 2 DESC, 1 LIMIT 60) f))));
END $$;

DO $own$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'content'::regnamespace
      AND p.proname IN ('countries', 'score', 'fits', 'net_keys', 'net_text', 'net_filters', 'found') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_owner', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer', f);
  END LOOP;
END $own$;
