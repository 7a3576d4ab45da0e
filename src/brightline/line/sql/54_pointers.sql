-- Pointers: what may be told of what is withheld, exactly as far as the source's tier says and not a field further.

CREATE OR REPLACE FUNCTION line.bucket(n bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN n < 5 THEN 'fewer than 5' WHEN n < 20 THEN '5 to 19' WHEN n < 100 THEN '20 to 99' ELSE '100 or more' END;

-- groups: one array of alternative keys for each word; a row matches when every group hits. Rows in compartments and
-- rows of tier 0 are never looked at, nor is anything sealed, covert, protected or of oversight (compiled so).
CREATE OR REPLACE FUNCTION line.pointers(ctx line.context, groups jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parts text[] := line.pass();
  found text := ''; r jsonb;
BEGIN
  IF parts IS NULL OR jsonb_array_length(COALESCE(groups, '[]')) = 0
     OR NOT EXISTS (SELECT FROM line.pointer_marking q WHERE q.purpose = parts[2]::uuid) THEN RETURN '[]'; END IF;
  -- One condition for each word, as literals: the index then intersects them, and a common word costs no more than
  -- the rarest of the words has rows. Counting stops at 1,000 rows; "100 or more" is the most that is ever told.
  SELECT string_agg(format(' AND a.keys && %L::text[]', ARRAY(SELECT jsonb_array_elements_text(g))::text), '')
    INTO found FROM jsonb_array_elements(groups) g;
  EXECUTE format($q$
    WITH hit AS MATERIALIZED (
      SELECT a.entity, a.schema, a.marking, a.first FROM content.aspect a
      WHERE a.compartment IS NULL AND a.marking IN (SELECT q.marking FROM line.pointer_marking q WHERE q.purpose = $1) %s
      LIMIT 1000),
    row_hit AS (
      SELECT q.tier, q.regime, CASE WHEN q.tier >= 2 THEN q.custodian END AS custodian,
        CASE WHEN q.tier >= 3 THEN h.schema END AS schema,
        CASE WHEN q.tier >= 3 THEN to_char(h.first, 'YYYY-MM') END AS month, h.entity
      FROM hit h JOIN line.pointer_marking q ON q.marking = h.marking AND q.purpose = $1)
    SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('tier', t.tier,
        'regime', CASE WHEN t.tier >= 2 THEN t.regime END, 'custodian', t.custodian, 'kind', t.schema, 'month', t.month,
        'count', line.bucket(t.n))) ORDER BY t.tier, t.regime, t.custodian, t.schema, t.month), '[]')
    FROM (SELECT r.tier, CASE WHEN r.tier >= 2 THEN r.regime END AS regime, r.custodian, r.schema, r.month,
            count(DISTINCT r.entity) AS n
          FROM row_hit r GROUP BY 1, 2, 3, 4, 5) t$q$, found) INTO r USING parts[2]::uuid;
  RETURN r;
END $$;
ALTER FUNCTION line.pointers(line.context, jsonb) OWNER TO brightline_line;

-- The same for one entity by id.
CREATE OR REPLACE FUNCTION line.pointers_of(ctx line.context, wanted uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass();
BEGIN
  IF parts IS NULL THEN RETURN '[]'; END IF;
  RETURN (SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('tier', t.tier, 'regime', t.regime,
        'custodian', t.custodian, 'kind', t.schema, 'month', t.month, 'count', line.bucket(t.n)))
        ORDER BY t.tier, t.regime, t.custodian, t.schema, t.month), '[]')
    FROM (SELECT q.tier, CASE WHEN q.tier >= 2 THEN q.regime END AS regime,
            CASE WHEN q.tier >= 2 THEN q.custodian END AS custodian, CASE WHEN q.tier >= 3 THEN a.schema END AS schema,
            CASE WHEN q.tier >= 3 THEN to_char(a.first, 'YYYY-MM') END AS month, count(DISTINCT a.record) AS n
          FROM content.aspect a JOIN line.pointer_marking q ON q.marking = a.marking AND q.purpose = parts[2]::uuid
          WHERE a.entity = wanted AND a.compartment IS NULL GROUP BY 1, 2, 3, 4, 5) t);
END $$;
ALTER FUNCTION line.pointers_of(line.context, uuid) OWNER TO brightline_line;
