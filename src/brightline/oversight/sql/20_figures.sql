-- Figures: counted over the heads of the first `size` entries, so that they survive purges and come out the same for as
-- long as the log stands. What is counted is said by a definition of figures.yml; oversight/figures.py does the same
-- over an exported log, and a test compares the two.
-- callers: reader

-- A part of a head as texts: a list is each of its members, what isn't there is '–'.
CREATE OR REPLACE FUNCTION ledger.part(head jsonb, path text) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE path WHEN '' THEN ARRAY['']
  WHEN 'month' THEN ARRAY[left(head ->> 'time', 7)]
  -- The month in which the work was done, as the entry says it; entries of before say nothing and count where they
  -- stand.
  WHEN 'worked' THEN ARRAY[COALESCE(head #>> '{counts,month}', left(head ->> 'time', 7))]
  ELSE (SELECT CASE jsonb_typeof(v) WHEN 'array' THEN
      CASE WHEN v = '[]' THEN ARRAY['–'] ELSE ARRAY(SELECT jsonb_array_elements_text(v)) END
    WHEN 'null' THEN ARRAY['–'] ELSE ARRAY[COALESCE(head #>> string_to_array(path, '.'), '–')] END
    FROM (SELECT head #> string_to_array(path, '.') AS v) x) END;

CREATE OR REPLACE FUNCTION ledger.listed(f jsonb, k text) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN jsonb_typeof(f -> k) = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(f -> k)) END;

-- The entries that a definition counts.
CREATE OR REPLACE FUNCTION ledger.figure_rows(f jsonb, size bigint, since timestamptz, until timestamptz)
RETURNS TABLE (index bigint, head jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT x.index, x.head FROM (
    SELECT e.index, convert_from(e.head, 'UTF8')::jsonb AS head FROM ledger.entry e
    WHERE e.index < size AND (since IS NULL OR e.at >= since) AND e.at <= until
      AND (ledger.listed(f, 'acts') IS NULL OR e.act = ANY (ledger.listed(f, 'acts')))
      AND (ledger.listed(f, 'names') IS NULL OR e.name = ANY (ledger.listed(f, 'names')))
      AND e.outcome = ANY (COALESCE(ledger.listed(f, 'outcomes'), ARRAY['ok']))) x
  WHERE NOT EXISTS (SELECT FROM jsonb_each_text(COALESCE(f -> 'where', '{}')) w
    WHERE NOT w.value = ANY (ledger.part(x.head, w.key)))
$$;

-- Each row's cells: the dimensions that the definition names, or, where it spreads an object, that object's keys.
CREATE OR REPLACE FUNCTION ledger.figure_cells(f jsonb, head jsonb) RETURNS TABLE (cell jsonb, amount numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_array(a, b, c), CASE WHEN f ->> 'measure' = 'count' THEN 1
      WHEN pg_input_is_valid(head #>> string_to_array(f ->> 'value', '.'), 'numeric')
      THEN (head #>> string_to_array(f ->> 'value', '.'))::numeric END
  FROM unnest(ledger.part(head, COALESCE(f #>> '{by,0}', ''))) a,
    unnest(ledger.part(head, COALESCE(f #>> '{by,1}', ''))) b,
    unnest(ledger.part(head, COALESCE(f #>> '{by,2}', ''))) c
  WHERE f ->> 'spread' IS NULL
  UNION ALL
  SELECT jsonb_build_array(o.key, COALESCE(i.key, ''), ''), CASE
    WHEN pg_input_is_valid(COALESCE(i.value, o.value #>> '{}'), 'numeric')
      THEN COALESCE(i.value, o.value #>> '{}')::numeric END
  FROM jsonb_each(CASE WHEN jsonb_typeof(head #> string_to_array(f ->> 'spread', '.')) = 'object'
      THEN head #> string_to_array(f ->> 'spread', '.') ELSE '{}' END) o
    LEFT JOIN LATERAL jsonb_each_text(CASE WHEN jsonb_typeof(o.value) = 'object' THEN o.value ELSE '{}' END) i ON true
  WHERE f ->> 'spread' IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION ledger.figure(f jsonb, size bigint, since timestamptz, until timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('cell', g.cell, 'value',
  round(g.value / COALESCE((f ->> 'divide')::numeric, 1), 3)) ORDER BY g.cell), '[]')
  FROM (SELECT c.cell, CASE f ->> 'measure' WHEN 'median' THEN percentile_cont(0.5) WITHIN
    GROUP (ORDER BY c.amount)::numeric
      WHEN 'last' THEN (array_agg(c.amount ORDER BY r.index DESC))[1] ELSE sum(c.amount) END AS value
    FROM ledger.figure_rows(f, size, since, until) r, ledger.figure_cells(f, r.head) c
    WHERE c.amount IS NOT NULL AND (f ->> 'spread' IS NULL OR c.amount <> 0) GROUP BY c.cell) g);

-- The newest checkpoint signed by then: what was signed later is not of that moment, whenever it is asked for.
CREATE OR REPLACE FUNCTION ledger.signed_by(moment timestamptz) RETURNS ledger.checkpoint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT c FROM ledger.checkpoint c WHERE moment IS NULL OR c.at <= moment ORDER BY c.size DESC LIMIT 1
$$;

-- What a report is asked for, checked: of which moment, from when on, over the first `size` entries; and what it says
-- of that. For those who look and for those who publish.
-- callers: reader
CREATE OR REPLACE FUNCTION ledger.figures_asked(ctx line.context, p jsonb, OUT moment timestamptz,
  OUT since timestamptz, OUT size bigint, OUT told jsonb)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE signed ledger.checkpoint;
BEGIN
  moment := line.time(p, 'as_of'); since := line.time(p, 'from');
  IF jsonb_typeof(p -> 'figures') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'figures') > 60
     OR EXISTS (SELECT FROM jsonb_array_elements(p -> 'figures') x WHERE jsonb_typeof(x) <> 'object'
       OR x ->> 'key' IS NULL) THEN
    PERFORM line.bad('figures', 'must be definitions of figures', 'Name a report of the registry.');
  END IF;
  IF moment > clock_timestamp() THEN
    PERFORM line.bad('as_of', 'lies in the future', 'Name a moment that is past.'); END IF;
  IF since > COALESCE(moment, clock_timestamp()) THEN
    PERFORM line.bad('from', 'is later than as_of', 'Swap the two.'); END IF;
  signed := ledger.signed_by(moment);
  IF signed.size IS NULL THEN
    PERFORM line.conflict(ctx, 'no_checkpoint', 'No checkpoint had been signed by then.',
      'Name a later moment; see ledger status.');
  END IF;
  moment := COALESCE(moment, signed.at);
  size := signed.size;
  told := jsonb_build_object('as_of', line.stamp(moment), 'since', line.stamp(since), 'size', signed.size,
    'root', replace(encode(signed.root, 'base64'), E'\n', ''), 'checkpoint_at', line.stamp(signed.at),
    '_count', jsonb_array_length(p -> 'figures'));
END $$;
