-- Pointers: what may be told of what is withheld, exactly as far as the source's tier says and not a field further.
-- callers: none

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.bucket(n bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN n < 5 THEN 'fewer than 5' WHEN n < 20 THEN '5 to 19' WHEN n < 100 THEN '20 to 99'
  ELSE '100 or more' END;

-- Tier 3 tells the case too. Of withheld rows, given as arrays side by side, those that a case holds which may be told:
-- the entity, or the source's row in any version, is an item of it that wasn't taken out, and the case itself sees the
-- row. Whoever put in the open side of an entity holds nothing of the source's. No judgement is followed: it has a
-- marking of its own, and the answer would tell of it. A source tells of its own regime's cases alone; rows of several
-- ("civil/criminal") of none, since each source would have to. Restricted cases, those that no supervisor opened, and
-- oversight are never told of.
CREATE OR REPLACE FUNCTION line.pointer_cases(entities uuid[], records uuid[], markings integer[], regimes text[])
RETURNS TABLE (entity uuid, record uuid, marking integer, number text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
  WITH told AS MATERIALIZED (
    SELECT * FROM unnest(entities, records, markings, regimes) o (entity, record, marking, regime)),
  held AS (
    SELECT o.*, i.case_id FROM told o JOIN cases.item i ON i.object = o.entity
      AND i.kind = 'entity' AND i.removed IS NULL
    UNION SELECT o.*, i.case_id FROM told o JOIN content.record n ON n.id = o.record
      JOIN content.record v ON v.source = n.source AND v.source_key = n.source_key
      JOIN cases.item i ON i.object = v.id AND i.kind = 'record' AND i.removed IS NULL)
  SELECT h.entity, h.record, h.marking, f.number FROM held h JOIN cases.case_file f ON f.id = h.case_id
  WHERE f.regime = h.regime AND f.regime <> 'oversight' AND NOT f.restricted
    AND f.state IN ('open', 'suspended', 'closure_requested', 'closed', 'reopen_requested')
    AND EXISTS (SELECT FROM line.purpose p JOIN line.visible_marking v ON v.purpose = p.id AND v.marking = h.marking
      WHERE p.case_id = f.id AND p.kind = 'case')
$$;
ALTER FUNCTION line.pointer_cases(uuid[], uuid[], integer[], text[]) OWNER TO brightline_line;

-- What the tiers let be told of withheld rows, given as arrays side by side: one place for all who tell. `counted` is
-- what a pointer counts of them, entities or records. Rows whose marking has no pointer for this purpose are left out.
CREATE OR REPLACE FUNCTION line.pointer_rows(of uuid, entities uuid[], records uuid[],
  markings integer[], schemas text[],
  firsts date[], counted uuid[]) RETURNS TABLE (told jsonb, thing uuid, entity uuid, marking integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH hit AS (
    SELECT q.tier, q.regime, CASE WHEN q.tier >= 2 THEN q.custodian END AS custodian,
      CASE WHEN q.tier >= 3 THEN h.schema END AS schema,
      CASE WHEN q.tier >= 3 THEN to_char(h.first, 'YYYY-MM') END AS month, h.entity, h.record, h.marking, h.thing
    FROM unnest(entities, records, markings, schemas, firsts, counted) h (entity, record, marking, schema, first, thing)
    JOIN line.pointer_marking q ON q.marking = h.marking AND q.purpose = of),
  -- No row of tier 3, no call.
  held AS MATERIALIZED (
    SELECT c.* FROM (SELECT array_agg(h.entity) AS e, array_agg(h.record) AS o, array_agg(h.marking) AS m,
        array_agg(h.regime) AS g FROM hit h WHERE h.tier >= 3 HAVING count(*) > 0) x
    CROSS JOIN LATERAL line.pointer_cases(x.e, x.o, x.m, x.g) c)
  SELECT jsonb_strip_nulls(jsonb_build_object('tier', h.tier, 'regime', CASE WHEN h.tier >= 2 THEN h.regime END,
      'custodian', h.custodian, 'case', c.number, 'kind', h.schema, 'month', h.month)), h.thing, h.entity, h.marking
  FROM hit h LEFT JOIN held c ON h.tier >= 3 AND (c.entity, c.record, c.marking) = (h.entity, h.record, h.marking)
$$;
ALTER FUNCTION line.pointer_rows(uuid, uuid[], uuid[], integer[], text[], date[], uuid[]) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.pointers_told(of uuid, entities uuid[], records uuid[],
  markings integer[], schemas text[],
  firsts date[], counted uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(t.told || jsonb_build_object('count', line.bucket(t.n))
    ORDER BY (t.told ->> 'tier')::integer, t.told ->> 'regime',
    t.told ->> 'custodian', t.told ->> 'case', t.told ->> 'kind', t.told ->> 'month'), '[]')
  FROM (SELECT r.told, count(DISTINCT r.thing) AS n
    FROM line.pointer_rows(of, entities, records, markings, schemas, firsts, counted) r GROUP BY 1) t
$$;
ALTER FUNCTION line.pointers_told(uuid, uuid[], uuid[], integer[], text[], date[], uuid[]) OWNER TO brightline_line;

-- The withheld rows that a search's words find, as arrays side by side. groups: one array of alternative keys for each
-- word; a row matches when every group hits. Rows in compartments and rows of tier 0 are never looked at, nor is
-- anything sealed, covert, protected or of oversight (compiled so).
CREATE OR REPLACE FUNCTION line.pointer_hits(of uuid, groups jsonb, OUT entities uuid[], OUT records uuid[], OUT schemas
  text[], OUT markings integer[],
  OUT firsts date[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
DECLARE told_of integer[] := ARRAY(SELECT q.marking FROM line.pointer_marking q WHERE q.purpose = of); found text;
first_ text[]; second_ text[];
BEGIN
  IF cardinality(told_of) = 0 OR jsonb_array_length(COALESCE(groups, '[]')) = 0 THEN RETURN; END IF;
  -- One condition for each word: the index then intersects them, and a common word costs no more than the rarest of the
  -- words has rows. Counting stops at 1,000 rows; "100 or more" is the most that is ever told. Most searches are of one
  -- word or two and find nothing here: these have a plan that is made once.
  first_ := ARRAY(SELECT jsonb_array_elements_text(groups -> 0));
  IF jsonb_array_length(groups) <= 2 THEN
    second_ := ARRAY(SELECT jsonb_array_elements_text(groups -> -1));
    SELECT array_agg(h.entity), array_agg(h.record), array_agg(h.schema), array_agg(h.marking), array_agg(h.first)
      INTO entities, records, schemas, markings, firsts
      FROM (SELECT a.entity, a.record, a.schema, a.marking, a.first FROM content.aspect a
        WHERE a.compartment IS NULL AND a.marking = ANY (told_of) AND a.keys && first_
          AND a.keys && second_ LIMIT 1000) h;
  ELSE
    SELECT string_agg(format(' AND a.keys && %L::text[]', ARRAY(SELECT jsonb_array_elements_text(g))::text), '')
      INTO found FROM jsonb_array_elements(groups) g;
    EXECUTE
      format($q$SELECT array_agg(h.entity), array_agg(h.record), array_agg(h.schema), array_agg(h.marking),
        array_agg(h.first)
      FROM (SELECT a.entity, a.record, a.schema, a.marking, a.first FROM content.aspect a
        WHERE a.compartment IS NULL AND a.marking = ANY ($1) %s LIMIT 1000) h$q$, found)
      INTO entities, records, schemas, markings, firsts USING told_of;
  END IF;
END $$;
ALTER FUNCTION line.pointer_hits(uuid, jsonb) OWNER TO brightline_line;

-- The same of one entity by id; a value that many rows share is looked at as far as a word is.
CREATE OR REPLACE FUNCTION line.pointer_hits_of(of uuid, wanted uuid, OUT entities uuid[], OUT records
  uuid[], OUT schemas text[],
  OUT markings integer[], OUT firsts date[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_agg(h.entity), array_agg(h.record), array_agg(h.schema), array_agg(h.marking), array_agg(h.first)
  FROM (SELECT a.entity, a.record, a.marking, a.schema, a.first
    FROM content.aspect a JOIN line.pointer_marking q ON q.marking = a.marking AND q.purpose = of
    WHERE a.entity = wanted AND a.compartment IS NULL LIMIT 1000) h
$$;
ALTER FUNCTION line.pointer_hits_of(uuid, uuid) OWNER TO brightline_line;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.pointers(ctx line.context, groups jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
DECLARE parts text[] := line.pass(); h record;
BEGIN
  IF parts IS NULL THEN RETURN '[]'; END IF;
  SELECT * INTO h FROM line.pointer_hits(parts[2]::uuid, groups);
  IF h.entities IS NULL THEN RETURN '[]'; END IF;
  RETURN line.pointers_handed(parts, jsonb_build_object('keys', groups),
    line.pointers_told(parts[2]::uuid, h.entities, h.records, h.markings, h.schemas, h.firsts, h.entities));
END $$;
ALTER FUNCTION line.pointers(line.context, jsonb) OWNER TO brightline_line;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.pointers_of(ctx line.context, wanted uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass(); h record;
BEGIN
  IF parts IS NULL THEN RETURN '[]'; END IF;
  SELECT * INTO h FROM line.pointer_hits_of(parts[2]::uuid, wanted);
  IF h.entities IS NULL THEN RETURN '[]'; END IF;
  RETURN line.pointers_handed(parts, jsonb_build_object('entity', wanted),
    line.pointers_told(parts[2]::uuid, h.entities, h.records, h.markings, h.schemas, h.firsts, h.records));
END $$;
ALTER FUNCTION line.pointers_of(line.context, uuid) OWNER TO brightline_line;

-- ---------------------------------------------------------------------------------------- handles (crossings from a
-- pointer)

-- Only a case asks from a pointer: a lead offers what it holds itself. The handle is what the caller sent and was told,
-- with the entry under which that was, signed for this account and purpose until tomorrow: so nothing is written when a
-- pointer is told, and there is nothing in it to read. Rejected: a row for each pointer, since whoever runs the
-- statement may ask how much it wrote.
CREATE OR REPLACE FUNCTION line.pointers_handed(parts text[], asked jsonb, told jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ends bigint := extract(epoch FROM clock_timestamp())::bigint + 86400; p jsonb; body text; r jsonb := '[]';
BEGIN
  IF parts[4] <> 'case' THEN RETURN told; END IF;
  FOR p IN SELECT * FROM jsonb_array_elements(told) LOOP
    body := translate(encode(convert_to((asked || jsonb_build_object('told', p, 'entry', parts[5], 'ends', ends))::text,
      'UTF8'), 'base64'), E'+/=\n', '-_');
    r := r || jsonb_build_array(p || jsonb_build_object('handle', body || '.' ||
      line.pointer_mac(parts[3], parts[2], body)));
  END LOOP;
  RETURN r;
END $$;
ALTER FUNCTION line.pointers_handed(text[], jsonb, jsonb) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.pointer_mac(account text, purpose text, body text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT left(line.mac(s.value, concat_ws('|', 'pointer', account, purpose, body)), 32) FROM line.secret s
  WHERE s.name = 'pass');
ALTER FUNCTION line.pointer_mac(text, text, text) OWNER TO brightline_line;

-- {keys or entity, told, entry} of a handle that was given to the caller under this purpose; anything else is refused
-- alike.
CREATE OR REPLACE FUNCTION line.pointer_read(ctx line.context, handle text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE body text := split_part(handle, '.', 1); said jsonb;
BEGIN
  IF handle !~ '^[A-Za-z0-9_-]+\.[0-9a-f]{32}$' OR split_part(handle, '.', 2) IS DISTINCT
    FROM line.pointer_mac(ctx.account::text, ctx.purpose::text, body) THEN
    PERFORM line.refuse(ctx, 'pointer', 'This is no handle of a pointer that was shown to you under this purpose.',
      'Search under the case that needs it, and ask from the pointer that the search shows.'); END IF;
  body := translate(body, '-_', '+/');
  said := convert_from(decode(rpad(body, (length(body) + 3) / 4 * 4, '='), 'base64'), 'UTF8')::jsonb;
  IF (said ->> 'ends')::bigint < extract(epoch FROM clock_timestamp()) THEN
    PERFORM line.refuse(ctx, 'pointer', 'The handle of this pointer has ended: it lasts a day.',
      'Search again, and ask from the pointer that the search shows.'); END IF;
  RETURN said - 'ends';
END $$;
ALTER FUNCTION line.pointer_read(line.context, text) OWNER TO brightline_line;
