-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {from?, to?, account?, unit?, purpose?, sample? (so many at random, up to 200), limit? = 50 (1–200), offset?}
-- result: {items: [{inquiry, opened, ended, account, purpose, regime, unit, reason, acts, entries}], total: null,
--   limit, offset, more}; entries counts what the log holds of it, refusals and answers too
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 10000);
  sample integer := LEAST(GREATEST(line.int(p, 'sample', 0), 0), 200);
  named text := line.text(p, 'account', 200);
  under text := line.text(p, 'purpose', 200);
  who uuid := line.ledger_account(named);
  purp uuid := line.ledger_purpose(under);
  found jsonb[];
BEGIN
  IF named IS NOT NULL AND who IS NULL THEN
    PERFORM line.bad('account', 'is no account', 'Give a name, an id or a pseudonym as entries show it.');
  END IF;
  IF under IS NOT NULL AND purp IS NULL THEN PERFORM line.bad('purpose', 'is no purpose', 'Give its key.'); END IF;
  found := ARRAY(SELECT line.ledger_inquiries(who, line.text(p, 'unit', 100), purp, line.time(p, 'from'),
    line.time(p, 'to'), sample, most + 1, skip));
  RETURN jsonb_build_object(
    'items', COALESCE((SELECT jsonb_agg(i || jsonb_build_object('entries',
        (SELECT count(*) FROM ledger.entry e WHERE e.inquiry = (i ->> 'inquiry')::uuid)) ORDER BY n)
      FROM unnest(found) WITH ORDINALITY AS f(i, n) WHERE sample > 0 OR n <= most), '[]'),
    'total', NULL, 'limit', most, 'offset', skip, 'more', sample = 0 AND cardinality(found) > most,
    '_count', cardinality(found));
END
