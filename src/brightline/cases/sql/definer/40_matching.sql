-- The index by which cases are compared blind (rule 34): of each value a keyed hash, from which nothing is read back.
-- Built by the worker, so that what a command writes tells nothing of what its case's items link to. Sealed, covert and
-- protected rows have no keys here, and one that became so since is looked at again when it would match.
-- callers: none

CREATE OR REPLACE FUNCTION line.match_hash(kind text, key text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT substr(sha256(s.value || convert_to('deconflict' || E'\x01' || kind || E'\x01' || key, 'UTF8')), 1, 16)
  FROM line.secret s WHERE s.name = 'pseudonym');

-- A part of a case is due to be indexed anew: one row of one size, whatever stands there. part: items, or words of one
-- entity.
-- callers: writer
CREATE OR REPLACE FUNCTION line.cases_match_due(of_case uuid, part text, thing uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.match_due (case_id, part, entity) VALUES (of_case, part, thing)
$$;

-- Entities of a case's items and of all that these link to: one link, of rows that aren't hidden from blind comparison;
-- the next ones after a place. A hub of a hundred thousand links is looked at like a firm of three, in as many turns as
-- it takes.
DROP FUNCTION IF EXISTS line.match_entities(uuid);
CREATE OR REPLACE FUNCTION line.match_entities(of_case uuid, after uuid, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH own AS MATERIALIZED (
    SELECT i.object AS entity FROM cases.item i WHERE i.case_id = of_case AND i.removed IS NULL
    UNION SELECT a.entity FROM cases.item i JOIN content.aspect a ON a.record = i.object WHERE i.case_id = of_case
      AND i.removed IS NULL AND i.kind = 'record')
  SELECT e.entity FROM (
    SELECT o.entity FROM own o WHERE after IS NULL OR o.entity > after
    UNION SELECT x.dst FROM own o JOIN content.link x ON x.src = o.entity JOIN line.marking m
      ON m.id = x.marking AND NOT m.scoped
      WHERE (x.compartment IS NULL OR x.compartment = of_case) AND (after IS NULL OR x.dst > after)) e
  ORDER BY e.entity LIMIT most
$$;

-- The keys of one row of content: numbers as search has them, a name with its full birth date, addresses; of words what
-- is recognised in them.
CREATE OR REPLACE FUNCTION line.match_keys(a content.aspect, written boolean) RETURNS TABLE (kind text, hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT t.kind, line.match_hash(t.kind, t.key) FROM (
    SELECT 'value' AS kind, k AS key FROM unnest(a.keys) k WHERE NOT written AND k LIKE 'i:%'
    UNION ALL
    SELECT 'name', b || ':' || k FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof(a.properties -> 'birthDate') =
      'array' THEN a.properties -> 'birthDate' ELSE '[]' END) b,
      unnest(a.keys) k WHERE NOT written AND length(b) = 10 AND k LIKE 't:%'
    UNION ALL
    SELECT 'address', k FROM (
      SELECT v FROM unnest(ARRAY['address', 'full', 'street']) p, jsonb_array_elements_text(CASE
        WHEN jsonb_typeof(a.properties -> p) = 'array' THEN a.properties -> p ELSE '[]' END) v
      UNION SELECT v FROM jsonb_array_elements_text(CASE WHEN a.schema = 'Address'
        AND jsonb_typeof(a.properties -> 'name') = 'array' THEN a.properties -> 'name' ELSE '[]' END) v
      UNION SELECT concat_ws(', ', a.properties -> 'street' ->> 0, a.properties -> 'city' ->> 0)
        WHERE jsonb_exists(a.properties, 'street') AND jsonb_exists(a.properties, 'city')) w,
      unnest(line.address_keys(line.address_parts(w.v), false)) k WHERE NOT written
        -- A street without its town says less than the same row with it.
        AND NOT (jsonb_exists(a.properties, 'city') AND line.address_parts(w.v) ->> 'town' = '')
    UNION ALL
    SELECT 'value', k FROM (SELECT string_agg(v, E'\n') AS words FROM unnest(ARRAY['description', 'bodyText']) p,
      jsonb_array_elements_text(CASE WHEN jsonb_typeof(a.properties -> p) = 'array' THEN a.properties -> p ELSE '[]'
        END) v) x, unnest(line.numbers_in(x.words)) k WHERE written
    UNION ALL
    SELECT 'address', k FROM (SELECT string_agg(v, E'\n') AS words FROM unnest(ARRAY['description', 'bodyText']) p,
      jsonb_array_elements_text(CASE WHEN jsonb_typeof(a.properties -> p) = 'array' THEN a.properties -> p ELSE '[]'
        END) v) x, unnest(line.addresses_in(x.words)) k WHERE written) t
$$;

-- One part anew. Of items: those after a place, so many at a time; answers after which one the next turn goes on, NULL
-- at the end.
DROP FUNCTION IF EXISTS line.match_part(uuid, text, uuid);
CREATE OR REPLACE FUNCTION line.match_part(of_case uuid, of_part text, thing uuid, after uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE most constant integer := 500; found uuid[]; last uuid;
BEGIN
  IF of_part = 'items' THEN
    found := ARRAY(SELECT line.match_entities(of_case, after, most));
    last := found[most];
    DELETE FROM cases.match_key k WHERE k.case_id = of_case AND k.part = 'items' AND (after IS NULL OR k.entity > after)
      AND (last IS NULL OR k.entity <= last);
  ELSE
    found := ARRAY[thing];
    DELETE FROM cases.match_key k WHERE k.case_id = of_case AND k.part = of_part AND k.entity = thing;
  END IF;
  INSERT INTO cases.match_key (case_id, part, kind, hash, entity, aspect)
    SELECT of_case, of_part, m.kind, m.hash, a.entity, a.id
    FROM unnest(found) e JOIN content.aspect a ON a.entity = e AND (a.compartment = of_case
      OR a.compartment IS NULL AND of_part = 'items')
      JOIN line.marking g ON g.id = a.marking AND NOT g.scoped
      CROSS JOIN LATERAL line.match_keys(a, of_part = 'words') m;
  RETURN last;
END $$;

-- All of a case anew.
CREATE OR REPLACE FUNCTION line.match_rebuild(of_case uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE thing uuid; place uuid;
BEGIN
  LOOP
    place := line.match_part(of_case, 'items', of_case, place);
    EXIT WHEN place IS NULL;
  END LOOP;
  FOR thing IN SELECT n.id FROM cases.note n WHERE n.case_id = of_case UNION ALL SELECT d.id FROM cases.document d
    WHERE d.case_id = of_case
      UNION ALL SELECT r.id FROM cases.report r WHERE r.case_id = of_case AND r.state = 'approved' LOOP
    PERFORM line.match_part(of_case, 'words', thing, NULL);
  END LOOP;
END $$;

-- A source has published: cases that hold one of its entities, or what links to one, are indexed anew.
CREATE OR REPLACE FUNCTION line.match_published(of_run uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.match_due (case_id, part, entity)
    SELECT DISTINCT i.case_id, 'items', i.case_id FROM cases.item i WHERE i.removed IS NULL AND (
      EXISTS (SELECT FROM content.aspect a WHERE a.entity = i.object AND a.run = of_run)
      OR EXISTS (SELECT FROM content.link l JOIN content.record c ON c.id = l.record
        WHERE l.src = i.object AND c.run = of_run)
      OR EXISTS (SELECT FROM content.link l JOIN content.aspect a ON a.entity = l.dst
        WHERE l.src = i.object AND a.run = of_run))
$$;

-- The worker's turn at the index: one part, or so much of it as one turn takes, for all rows that ask for it at once.
-- What came while a long one was on its way begins it anew. False: nothing is due.
CREATE OR REPLACE FUNCTION line.match_turn() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE d line.match_due; asked bigint; place uuid; again bigint;
BEGIN
  SELECT * INTO d FROM line.match_due x ORDER BY x.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF d.id IS NULL THEN RETURN false; END IF;
  WITH gone AS (DELETE FROM line.match_due x WHERE x.case_id = d.case_id AND x.part = d.part AND x.entity = d.entity
    RETURNING x.id) SELECT max(g.id) INTO asked FROM gone g;
  IF btrim(d.part) <> 'items' THEN
    PERFORM line.match_part(d.case_id, btrim(d.part), d.entity, NULL);
    RETURN true;
  END IF;
  DELETE FROM line.match_place p WHERE p.case_id = d.case_id RETURNING CASE WHEN p.due = asked
    THEN p.after END INTO place;
  place := line.match_part(d.case_id, 'items', d.entity, place);
  IF place IS NOT NULL THEN
    INSERT INTO line.match_due (case_id, part, entity) VALUES (d.case_id, d.part, d.entity) RETURNING id INTO again;
    INSERT INTO line.match_place (case_id, due, after) VALUES (d.case_id, again, place);
  END IF;
  RETURN true;
END $$;

-- -------------------------------------------------------------------------------------------- comparing

-- A place as it is compared: as an address, or, where it is none, by its own words as a whole.
CREATE OR REPLACE FUNCTION line.place_keys(t text, asked boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN COALESCE(NULLIF(line.address_keys(line.address_parts(t), asked), '{}'), ARRAY['~' || line.fold_reason(t)]);

-- The hashes that are looked for: [[alternatives]], of which each list must hit one and the same row.
CREATE OR REPLACE FUNCTION line.deconflict_wanted(sort text, asked text, groups jsonb, needed text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE sort
  WHEN 'address' THEN jsonb_build_array((SELECT jsonb_agg(encode(line.match_hash('address', k), 'hex'))
    FROM unnest(line.address_keys(line.address_parts(asked), true)) k))
  WHEN 'event' THEN jsonb_build_array((SELECT jsonb_agg(encode(line.match_hash('event', k), 'hex'))
    FROM unnest(line.place_keys(asked, true)) k))
  WHEN 'name' THEN (SELECT jsonb_agg((SELECT jsonb_agg(encode(line.match_hash('name', needed || ':' || k), 'hex'))
    FROM jsonb_array_elements_text(g) k)) FROM jsonb_array_elements(groups) g)
  ELSE (SELECT jsonb_agg((SELECT jsonb_agg(encode(line.match_hash('value', k), 'hex'))
    FROM jsonb_array_elements_text(g) k)) FROM jsonb_array_elements(groups) g) END;

-- The other cases that a check hits: by equal hashes alone. Restricted cases, drafts and closed ones never match, nor
-- does a row that was sealed, withdrawn or destroyed since it was indexed.
DROP FUNCTION IF EXISTS line.deconflict_matches(cases.case_file, jsonb, text, text);
CREATE OR REPLACE FUNCTION line.deconflict_matches(own cases.case_file, wanted jsonb, first_day date, last_day date)
  RETURNS SETOF cases.case_file
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH look AS (SELECT g.n, decode(h, 'hex') AS hash FROM jsonb_array_elements(wanted) WITH ORDINALITY g(alternatives,
    n), jsonb_array_elements_text(g.alternatives) h),
  hit AS (
    SELECT k.case_id FROM look l JOIN cases.match_key k ON k.hash = l.hash
    WHERE k.case_id <> own.id AND CASE WHEN k.part = 'event' THEN k.starts <= last_day AND k.ends >= first_day
      ELSE EXISTS (SELECT FROM content.aspect a JOIN line.marking m ON m.id = a.marking WHERE a.entity = k.entity
        AND a.id = k.aspect AND NOT m.scoped
        AND (a.compartment IS NULL OR a.compartment = k.case_id)) END
    GROUP BY k.case_id, k.entity, k.aspect HAVING count(DISTINCT l.n) = jsonb_array_length(wanted))
  SELECT f.* FROM cases.case_file f WHERE f.id IN (SELECT h.case_id FROM hit h) AND NOT f.restricted
    AND f.state IN ('open', 'suspended', 'closure_requested')
$$;

-- Planned operations at this place within these days: {unit, unit_title, contact, kind, regime, who, of_case}.
CREATE OR REPLACE FUNCTION line.deconflict_operations(own cases.case_file, place text, first_day date,
  last_day date) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('unit', o.unit, 'unit_title', line.accounts_unit_title(o.unit), 'contact',
    line.accounts_title(o.author), 'kind', 'same event',
    'regime', o.regime, 'who', o.author, 'of_case', o.case_id)
  FROM operations.operation o WHERE o.state IN ('legal_review', 'cleared', 'approved', 'active')
    AND o.starts BETWEEN first_day AND last_day
    AND o.case_id IS DISTINCT FROM own.id AND EXISTS (SELECT FROM unnest(o.sites) s
      WHERE line.place_keys(s, false) && line.place_keys(place, true))
    AND NOT EXISTS (SELECT FROM cases.case_file f WHERE f.id = o.case_id AND f.restricted)
$$;

-- ------------------------------------------------------------------------------------------------ telling

-- One notice to one person; an equal one that wasn't read yet is the same once more.
CREATE OR REPLACE FUNCTION line.notice_fold(who uuid, sort text, said text, of_case uuid, told jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE cases.notice n SET times = n.times + 1, at = clock_timestamp() WHERE n.id = (SELECT x.id FROM cases.notice x
    WHERE x.account = who AND x.kind = sort
    AND x.what = said AND x.case_id IS NOT DISTINCT FROM of_case AND x.detail = told AND x.read IS NULL
      ORDER BY x.at LIMIT 1);
  IF NOT FOUND THEN INSERT INTO cases.notice (account, kind, what, case_id, detail)
    VALUES (who, sort, said, of_case, told); END IF;
END $$;
