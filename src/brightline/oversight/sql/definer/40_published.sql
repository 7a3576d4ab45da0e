-- The published form of figures about people, so that nothing in it is false and nothing kept back can be worked out: 1
-- to 4 is told as "fewer than 5", 5 and more rounded to fives, and what would tell a difference to an earlier
-- publication isn't shown.
-- callers: none

-- A count on its own, as it is printed.
CREATE OR REPLACE FUNCTION line.printed(v numeric) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN v < 0 THEN 'kept' WHEN v > 0 AND v < 5 THEN 'small' ELSE (round(v / 5) * 5)::bigint::text END;

-- And beside what was printed before of the same cell over a period that this one shares: within 5 of one another the
-- two say the same, or the later says nothing. `before`: [{value, printed}].
CREATE OR REPLACE FUNCTION line.printed_beside(v numeric, before jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN EXISTS (SELECT FROM jsonb_array_elements(before) b WHERE abs(v - (b ->> 'value')::numeric) < 5
  AND b ->> 'printed' <> line.printed(v))
  THEN 'kept' ELSE line.printed(v) END;

-- The cells of a figure with its total, which is printed where every cell is: beside a number that is kept back, a
-- total would tell it.
-- `counted`: [{cell, value}]; `before`: [{cell, value, printed}], cells that aren't there were zero.
CREATE OR REPLACE FUNCTION line.published_cells(counted jsonb, before jsonb) RETURNS TABLE
  (cell jsonb, value numeric, printed text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH cells AS (SELECT c -> 'cell' AS cell, (c ->> 'value')::numeric AS value FROM jsonb_array_elements(counted) c
    WHERE (c ->> 'value')::numeric <> 0),
    told AS (SELECT c.cell, c.value, line.printed_beside(c.value, (SELECT COALESCE(jsonb_agg(b), '[]')
      FROM jsonb_array_elements(before) b WHERE b -> 'cell' = c.cell)) AS printed FROM cells c),
    whole AS (SELECT '["*"]'::jsonb AS cell, COALESCE(sum(t.value), 0) AS value, COALESCE(bool_and(t.printed ~ '^\d+$'),
      true) AS open FROM told t)
  SELECT t.cell, t.value, t.printed FROM told t
  UNION ALL SELECT w.cell, w.value, CASE WHEN w.open
    THEN line.printed_beside(w.value, (SELECT COALESCE(jsonb_agg(b), '[]') FROM jsonb_array_elements(before) b
    WHERE b -> 'cell' = w.cell))
    ELSE 'kept' END FROM whole w;
END;

CREATE OR REPLACE FUNCTION line.oversight_published(ctx line.context, of_figure text, counted jsonb,
  from_time timestamptz, to_time timestamptz) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE started timestamptz := COALESCE(from_time, '-infinity');
BEGIN
  -- One publication after the other: two at once would not see one another's numbers.
  PERFORM pg_advisory_xact_lock(hashtextextended('published figures', 0));
  IF NOT EXISTS (SELECT FROM oversight.published x WHERE x.figure = of_figure AND x.since = started
    AND x.until = to_time) THEN
    INSERT INTO oversight.published (figure, cell, since, until, value, printed, account, entry)
      SELECT of_figure, c.cell, started, to_time, c.value, c.printed, ctx.account, ctx.entry
      FROM line.published_cells(counted,
        (SELECT COALESCE(jsonb_agg(jsonb_build_object('cell', x.cell, 'value', x.value, 'printed', x.printed)), '[]')
        FROM oversight.published x WHERE x.figure = of_figure AND x.since < to_time AND x.until > started)) c; END IF;
  RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('cell', x.cell, 'printed', x.printed) ORDER BY x.cell), '[]')
    FROM oversight.published x
    WHERE x.figure = of_figure AND x.since = started AND x.until = to_time);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.oversight_publish(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE asked record; f jsonb; told jsonb := '{}'; counted jsonb;
BEGIN
  SELECT * INTO asked FROM ledger.figures_asked(ctx, p);
  FOR f IN SELECT x FROM jsonb_array_elements(p -> 'figures') x LOOP
    counted := ledger.figure(f, asked.size, asked.since, asked.moment);
    IF f -> 'people' = 'true' THEN counted := line.oversight_published(ctx, f ->> 'key', counted,
      asked.since, asked.moment); END IF;
    told := told || jsonb_build_object(f ->> 'key', counted);
  END LOOP;
  RETURN asked.told || jsonb_build_object('figures', told);
END $$;
