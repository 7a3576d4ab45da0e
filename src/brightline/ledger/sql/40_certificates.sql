-- Bodies are destroyed under a certificate that somebody's decision stands behind: a purge that was confirmed, or the
-- end of a class's term. One without such a decision is kept, destroys nothing, and is an alarm.
-- callers: none

CREATE OR REPLACE FUNCTION ledger.vouched(purge ledger.entry) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM retention.purge g WHERE g.certificate = purge.entry AND g.state = 'done')
    OR purge.name = 'log_certificate' AND EXISTS (SELECT FROM ledger.class c
      WHERE c.class = convert_from(purge.body, 'UTF8')::jsonb #>> '{params,class}');
END $$;

-- Whether this certificate may destroy that body: never another certificate, nor what is bound; under the end of a term
-- only what is of the class and past it.
CREATE OR REPLACE FUNCTION ledger.reaches(purge ledger.entry, e ledger.entry) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN e.index < purge.index AND e.act <> 'purge' AND e.body IS NOT NULL AND NOT ledger.bound(e.act, e.at)
    AND (purge.name <> 'log_certificate' OR EXISTS (SELECT FROM ledger.class c
    WHERE c.class = convert_from(purge.body, 'UTF8')::jsonb #>> '{params,class}' AND e.act = ANY (c.acts)
      AND e.at <= clock_timestamp() - make_interval(years => c.least)));
END $$;

-- Destroys the bodies that a purge certificate names; answers how many. The certificate is itself an entry of the log,
-- carried out (outcome ok), and can't be purged, since missing bodies are valid only through it.
CREATE OR REPLACE FUNCTION ledger.erase(certificate uuid) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE purge ledger.entry; content jsonb; gone bigint;
BEGIN
  SELECT * INTO purge FROM ledger.entry e WHERE e.entry = erase.certificate AND e.act = 'purge' AND e.outcome = 'ok';
  IF purge.body IS NULL OR NOT ledger.vouched(purge) THEN
    RAISE EXCEPTION 'ledger: % is no purge certificate', certificate USING ERRCODE = 'BL010';
  END IF;
  content := convert_from(purge.body, 'UTF8')::jsonb;
  INSERT INTO ledger.erasure (entry, certificate)
    SELECT e.entry, purge.entry
    FROM jsonb_array_elements_text(CASE
        WHEN jsonb_typeof(content -> 'entries') = 'array' THEN content -> 'entries'
        WHEN jsonb_typeof(content #> '{params,entries}') = 'array' THEN content #> '{params,entries}'
        ELSE '[]' END) AS named(id)
      JOIN ledger.entry e ON e.entry = ledger.id(named.id)
    WHERE ledger.reaches(purge, e)
    ON CONFLICT DO NOTHING;
  UPDATE ledger.entry e SET body = NULL, body_salt = NULL, shown = NULL, inquiry = NULL, account = NULL, purpose = NULL
    FROM ledger.erasure x WHERE x.entry = e.entry AND x.certificate = purge.entry AND e.body IS NOT NULL;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

-- The certificates that wait. The decision may become visible a moment after its entry does, so each is tried at every
-- turn, and none of them holds the log up.
CREATE OR REPLACE FUNCTION ledger.carry_out() RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE waits uuid; purge ledger.entry;
BEGIN
  FOR waits IN SELECT d.certificate FROM ledger.due d ORDER BY d.since LIMIT 100 LOOP
    SELECT * INTO purge FROM ledger.entry e WHERE e.entry = waits;
    CONTINUE WHEN NOT ledger.vouched(purge);
    PERFORM ledger.erase(waits);
    DELETE FROM ledger.due d WHERE d.certificate = waits;
  END LOOP;
END $$;

-- Certificates that no decision stands behind, and acts that left a trace and no entry: those of over a minute.
CREATE OR REPLACE FUNCTION ledger.own_alarm() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN NULLIF(concat_ws('; ',
    (SELECT format('%s purge certificates have no purge behind them and destroyed nothing, the first is %s',
      count(*), (array_agg(d.certificate ORDER BY d.since))[1]) FROM ledger.due d
        WHERE d.since < clock_timestamp() - interval '1 minute'
      HAVING count(*) > 0),
    (SELECT format('%s acts left a trace and no entry in the log, the first is %s', count(*),
      (array_agg(u.trace ORDER BY u.since))[1])
      FROM ledger.unaccounted u WHERE u.since < clock_timestamp() - interval '1 minute' HAVING count(*) > 0)), '');
END $$;
