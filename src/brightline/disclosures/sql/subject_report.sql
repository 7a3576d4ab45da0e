-- act: disclosure
-- kind: query
-- roles: steward, approver, overseer
-- purposes: desk, oversight
-- inquiry: required
-- params: {id, exceptions?: text}: what is held about one entity (how much, from whom), to whom it went, who looked
-- result: {id, held: [{source, title, records, withheld}], disclosures: [...], seen: [{month, unit, times}],
--   exceptions}
DECLARE wanted uuid := line.uuid(p, 'id'); held jsonb;
BEGIN
  IF wanted IS NULL THEN PERFORM line.bad('id', 'is missing', 'Name the entity by its id.'); END IF;
  held := line.disclosures_held(ctx, wanted);
  IF held = '[]' AND line.disclosures_account(ctx, wanted) = '[]' THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('id', wanted, 'held', held, 'disclosures', line.disclosures_account(ctx, wanted),
    'seen', (SELECT COALESCE(jsonb_agg(jsonb_build_object('month', s.month, 'unit', s.unit, 'times', s.n)
      ORDER BY s.month DESC, s.unit), '[]')
      FROM (SELECT to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, COALESCE(convert_from(e.head, 'UTF8')::jsonb
        ->> 'unit', '') AS unit, count(*) AS n
        FROM ledger.entry e WHERE e.shown && ARRAY[wanted] GROUP BY 1, 2) s),
    'exceptions', COALESCE(line.text(p, 'exceptions', 2000), ''), '_shown', jsonb_build_array(wanted));
END
