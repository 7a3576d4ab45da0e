-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: required
-- params: {entity: id} or {ids: [id] (up to 50)}, {from?, to?, limit? = 50 (1–200), offset? = 0 (0–10000)}
-- result: as ledger_entries: the answers and changes that showed one of these, newest first; of is the question
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 10000);
  since timestamptz := line.time(p, 'from');
  until timestamptz := line.time(p, 'to');
  printed text[] := array_remove(line.texts(p, 'ids', 50) || line.text(p, 'entity', 200), NULL);
  ids uuid[] := ARRAY(SELECT t.hex::uuid FROM (SELECT right(replace(lower(i), '-', ''), 32) AS hex
    FROM unnest(printed) i) t
    WHERE t.hex ~ '^[0-9a-f]{32}$');
BEGIN
  IF cardinality(printed) = 0 OR cardinality(ids) < cardinality(printed) THEN
    PERFORM line.bad('entity', 'is no id', 'Use an id as lists print it: its last 32 digits count.');
  END IF;
  RETURN ledger.page(ARRAY(SELECT e FROM ledger.entry e WHERE e.shown && ids
      AND (since IS NULL OR e.at >= since) AND (until IS NULL OR e.at < until)
    ORDER BY e.index DESC LIMIT most + 1 OFFSET skip), most, skip);
END
