-- Back to terms that nobody wrote down; bodies that were destroyed stay destroyed.
-- Destroys the bodies that a purge certificate names; answers how many. The certificate is itself an entry of the
-- log, carried out (outcome ok), and can't be purged, since missing bodies are valid only through it.
CREATE OR REPLACE FUNCTION ledger.erase(certificate uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  purge ledger.entry;
  content jsonb;
  gone bigint;
BEGIN
  SELECT * INTO purge FROM ledger.entry e WHERE e.entry = erase.certificate AND e.act = 'purge' AND e.outcome = 'ok';
  IF purge.body IS NULL THEN
    RAISE EXCEPTION 'ledger: % is no purge certificate', certificate USING ERRCODE = 'BL010';
  END IF;
  content := convert_from(purge.body, 'UTF8')::jsonb;
  INSERT INTO ledger.erasure (entry, certificate)
    SELECT e.entry, purge.entry
    FROM jsonb_array_elements_text(CASE
        WHEN jsonb_typeof(content -> 'entries') = 'array' THEN content -> 'entries'
        WHEN jsonb_typeof(content #> '{params,entries}') = 'array' THEN content #> '{params,entries}'
        ELSE '[]' END) AS named(id)
      JOIN ledger.entry e ON e.entry::text = lower(named.id)
    WHERE e.index < purge.index AND e.act <> 'purge' AND e.body IS NOT NULL
    ON CONFLICT DO NOTHING;
  UPDATE ledger.entry e SET body = NULL, body_salt = NULL, shown = NULL, inquiry = NULL, account = NULL, purpose = NULL
    FROM ledger.erasure x WHERE x.entry = e.entry AND x.certificate = purge.entry AND e.body IS NOT NULL;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;
DROP FUNCTION ledger.bound(text, timestamptz) CASCADE;
DROP TABLE ledger.class CASCADE;
