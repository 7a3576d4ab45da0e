-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {from?, to?, act?, name?, outcome?, regime?, unit?, account? (name, id or pseudonym), case? (purpose key),
-- rows?: all | acts (one for each act: its answer and its attempt are told by `found`, what pages ask of themselves is
-- left out) | technical
--   (that alone) = all, limit? = 50 (1–200), offset? = 0 (0–10000)}
-- result: {items: [{index, entry, at, act, name, outcome, regime, unit, authority, purpose_kind, account, pseudonym,
-- purpose, reason, why, counts, of, found, leaf, body: kept | purged}], total: null beyond 10000, limit, offset, more};
-- newest first
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 10000);
  since timestamptz := line.time(p, 'from');
  until timestamptz := line.time(p, 'to');
  wanted_act text := line.text(p, 'act', 60);
  wanted_name text := line.text(p, 'name', 60);
  wanted_outcome text := line.text(p, 'outcome', 60);
  wanted_regime text := line.text(p, 'regime', 60);
  wanted_unit text := line.text(p, 'unit', 100);
  named text := line.text(p, 'account', 200);
  under text := line.text(p, 'case', 200);
  who uuid := line.ledger_account(named);
  purp uuid := line.ledger_purpose(under);
  kind text := COALESCE(line.text(p, 'rows', 20), 'all');
  fitting bigint[];
BEGIN
  IF named IS NOT NULL AND who IS NULL THEN
    PERFORM line.bad('account', 'is no account', 'Give a name, an id or a pseudonym as entries show it.');
  END IF;
  IF under IS NOT NULL AND purp IS NULL THEN
    PERFORM line.bad('case', 'is no purpose', 'Give a case number or another purpose as entries show it.');
  END IF;
  IF NOT kind = ANY (ARRAY['all', 'acts', 'technical']) THEN
    PERFORM line.bad('rows', 'is unknown', 'all, acts or technical.'); END IF;
  fitting := ARRAY(SELECT e.index FROM ledger.entry e
    WHERE (since IS NULL OR e.at >= since) AND (until IS NULL OR e.at < until)
      AND (wanted_act IS NULL OR e.act = wanted_act) AND (wanted_name IS NULL OR e.name = wanted_name)
      AND (wanted_outcome IS NULL OR e.outcome = wanted_outcome)
      AND (wanted_regime IS NULL OR e.regime = wanted_regime) AND (wanted_unit IS NULL OR e.unit = wanted_unit)
      AND (who IS NULL OR e.account = who) AND (purp IS NULL OR e.purpose = purp)
      AND (kind = 'all' OR ledger.technical(e.name) IS NOT DISTINCT FROM (kind = 'technical'))
      -- An attempt whose change was taken back is all that is left of that act.
      AND (kind <> 'acts' OR e.of IS NULL OR (e.outcome = 'attempt' AND NOT EXISTS (SELECT FROM ledger.entry d
        WHERE d.entry = e.of)))
    ORDER BY e.index DESC LIMIT GREATEST(skip + most + 1, 10001));
  RETURN ledger.page(ARRAY(SELECT e FROM ledger.entry e WHERE e.index = ANY (fitting[skip + 1:skip + most + 1])
    ORDER BY e.index DESC), most, skip)
    || jsonb_build_object('total', CASE WHEN cardinality(fitting) <= 10000 THEN cardinality(fitting) END);
END
