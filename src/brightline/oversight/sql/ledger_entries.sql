-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {from?, to?, act?, name?, outcome?, regime?, unit?, account? (name, id or pseudonym), case? (purpose key),
--   limit? = 50 (1–200), offset? = 0 (0–10000)}
-- result: {items: [{index, entry, at, act, name, outcome, regime, unit, authority, purpose_kind, account, pseudonym,
--   purpose, reason, why, counts, of, leaf, body: kept | purged}], total: null, limit, offset, more}; newest first
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
BEGIN
  IF named IS NOT NULL AND who IS NULL THEN
    PERFORM line.bad('account', 'is no account', 'Give a name, an id or a pseudonym as entries show it.');
  END IF;
  IF under IS NOT NULL AND purp IS NULL THEN
    PERFORM line.bad('case', 'is no purpose', 'Give a case number or another purpose as entries show it.');
  END IF;
  RETURN ledger.page(ARRAY(SELECT e FROM ledger.entry e
    WHERE (since IS NULL OR e.at >= since) AND (until IS NULL OR e.at < until)
      AND (wanted_act IS NULL OR e.act = wanted_act) AND (wanted_name IS NULL OR e.name = wanted_name)
      AND (wanted_outcome IS NULL OR e.outcome = wanted_outcome)
      AND (wanted_regime IS NULL OR e.regime = wanted_regime) AND (wanted_unit IS NULL OR e.unit = wanted_unit)
      AND (who IS NULL OR e.account = who) AND (purp IS NULL OR e.purpose = purp)
    ORDER BY e.index DESC LIMIT most + 1 OFFSET skip), most, skip);
END
