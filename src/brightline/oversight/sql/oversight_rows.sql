-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {figure: definition of figures.yml, cell?: [text, text, text], as_of?, from?, limit? = 50 (1–200), offset? =
--   0 (0–10000)}
-- result: as ledger_entries: the entries that a figure, or one of its cells, counts; newest first
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 10000);
  moment timestamptz := line.time(p, 'as_of');
  since timestamptz := line.time(p, 'from');
  wanted jsonb := CASE WHEN jsonb_typeof(p -> 'cell') = 'array' THEN p -> 'cell' END;
  signed ledger.checkpoint := ledger.signed_by(moment);
BEGIN
  IF jsonb_typeof(p -> 'figure') IS DISTINCT FROM 'object' THEN
    PERFORM line.bad('figure', 'must be a definition', 'Name a figure of the registry.'); END IF;
  RETURN ledger.page(ARRAY(SELECT e FROM ledger.figure_rows(p -> 'figure', COALESCE(signed.size, 0), since,
    COALESCE(moment, signed.at)) r
      JOIN ledger.entry e ON e.index = r.index
    WHERE EXISTS (SELECT FROM ledger.figure_cells(p -> 'figure', r.head) c WHERE c.amount IS NOT NULL
      AND (wanted IS NULL OR c.cell = wanted)
      AND (p #>> '{figure,spread}' IS NULL OR c.amount <> 0))
    ORDER BY e.index DESC LIMIT most + 1 OFFSET skip), most, skip);
END
