-- Names for overseers: what the ledger's entries hold as ids. Called only by the installed functions of oversight.
-- callers: reader

-- The account that is meant by a name, an id or a pseudonym, whether it still works here or not; NULL when none is.
CREATE OR REPLACE FUNCTION line.ledger_account(meant text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT a.id FROM line.account a WHERE a.name = lower(meant) OR a.id::text = lower(meant)
  OR line.pseudonym(a.id) = lower(meant) LIMIT 1);

CREATE OR REPLACE FUNCTION line.ledger_purpose(meant text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT x.id FROM line.purpose x WHERE x.key = meant);

-- Inquiries with their reasons, newest first, or so many at random (rule 40's sample).
CREATE OR REPLACE FUNCTION line.ledger_inquiries(who uuid, in_unit text, under uuid,
  since timestamptz, until timestamptz,
  sample integer, most integer, skip integer) RETURNS SETOF jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('inquiry', i.id, 'opened', line.stamp(i.opened), 'ended', line.stamp(i.ended),
      'account', a.name, 'purpose', x.key, 'regime', y.regime, 'unit', x.unit, 'reason', i.reason, 'acts', i.acts)
  FROM line.inquiry i JOIN line.account a ON a.id = i.account JOIN line.purpose x ON x.id = i.purpose
    JOIN line.authority y ON y.code = x.authority
  WHERE (who IS NULL OR i.account = who) AND (in_unit IS NULL OR x.unit = in_unit)
    AND (under IS NULL OR i.purpose = under)
    AND (since IS NULL OR i.opened >= since) AND (until IS NULL OR i.opened < until)
  ORDER BY CASE WHEN sample > 0 THEN random() END, i.opened DESC, i.id
  LIMIT CASE WHEN sample > 0 THEN sample ELSE most END OFFSET CASE WHEN sample > 0 THEN 0 ELSE skip END
$$;
