-- How an entry is shown in a list: its head, the names in its body, the reason of its inquiry. Search words and what
-- was shown stay in the body, which one asks for entry by entry.

CREATE OR REPLACE FUNCTION ledger.item(e ledger.entry) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head jsonb := convert_from(e.head, 'UTF8')::jsonb;
  body jsonb := CASE WHEN e.body IS NULL THEN '{}' ELSE convert_from(e.body, 'UTF8')::jsonb END;
  asked jsonb;
BEGIN
  -- An answer's own body has no reason: the question has it.
  IF e.of IS NOT NULL AND NOT body ? 'reason' THEN
    SELECT convert_from(q.body, 'UTF8')::jsonb INTO asked FROM ledger.entry q WHERE q.entry = e.of AND q.body IS NOT NULL;
  END IF;
  RETURN jsonb_build_object('index', e.index, 'entry', e.entry, 'at', line.stamp(e.at), 'act', e.act, 'name', e.name,
    'outcome', e.outcome, 'regime', e.regime, 'unit', e.unit, 'authority', head -> 'authority',
    'purpose_kind', head -> 'purpose_kind', 'account', body -> 'account_name', 'pseudonym', head -> 'account',
    'purpose', body -> 'purpose', 'reason', COALESCE(NULLIF(body -> 'reason', 'null'), asked -> 'reason'),
    'why', body -> 'why', 'counts', head -> 'counts', 'of', e.of,
    'leaf', encode(sha256('\x00'::bytea || e.leaf), 'hex'),
    'body', CASE WHEN e.body IS NULL THEN 'purged' ELSE 'kept' END);
END $$;
ALTER FUNCTION ledger.item(ledger.entry) OWNER TO brightline_line;
REVOKE ALL ON FUNCTION ledger.item(ledger.entry) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.item(ledger.entry) TO brightline_reader;

-- A page of entries as items: `found` in order, one more than `most` when there are more.
CREATE OR REPLACE FUNCTION ledger.page(found ledger.entry[], most integer, skip integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object(
  'items', COALESCE((SELECT jsonb_agg(ledger.item(f.e) ORDER BY f.n)
    FROM (SELECT row(u.*)::ledger.entry AS e, row_number() OVER () AS n FROM unnest(found) u) f WHERE f.n <= most), '[]'),
  'total', NULL, 'limit', most, 'offset', skip, 'more', cardinality(found) > most,
  '_count', LEAST(cardinality(found), most));
ALTER FUNCTION ledger.page(ledger.entry[], integer, integer) OWNER TO brightline_line;
REVOKE ALL ON FUNCTION ledger.page(ledger.entry[], integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.page(ledger.entry[], integer, integer) TO brightline_reader;
