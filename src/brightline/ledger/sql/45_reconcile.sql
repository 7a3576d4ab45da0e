-- Acts are counted beside the log as well: what they leave elsewhere in the database is held against it, once a minute,
-- over the last five minutes before that. So an entry that was kept away from the log is missed, and not by the holder
-- of its receipt alone.
-- callers: none

-- Whether the log holds what the trace tells of. A body that was destroyed since may have been the one.
CREATE OR REPLACE FUNCTION ledger.accounts_for(u ledger.unaccounted) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF u.entry IS NOT NULL THEN RETURN EXISTS (SELECT FROM ledger.entry e WHERE e.entry = u.entry); END IF;
  RETURN EXISTS (SELECT FROM ledger.entry e WHERE e.at BETWEEN u.at - interval '5 seconds'
    AND u.at + interval '1 minute'
    AND (e.account = u.account OR e.body IS NULL));
END $$;

-- What acts left since: each change with the entry that it names, each inquiry with its own, each session with its last
-- use.
CREATE OR REPLACE FUNCTION ledger.traces(since timestamptz) RETURNS SETOF ledger.unaccounted
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT 'event ' || v.id, v.entry, NULL::uuid, v.at, clock_timestamp()
    FROM content.event v WHERE v.at > since
    UNION ALL SELECT 'inquiry ' || i.id, i.entry, NULL, i.opened, clock_timestamp() FROM line.inquiry i
      WHERE i.opened > since AND i.entry IS NOT NULL
    -- A session that was opened and not used yet has no act of its own; opening it is one.
    UNION ALL SELECT format('session %s at %s', s.id, line.stamp(s.seen)), NULL, s.account, s.seen,
      clock_timestamp() FROM line.session s
      WHERE s.seen > since AND s.seen > s.opened + interval '1 second';
END $$;

-- Inquiries of which more acts were counted than the log holds: entries went that had been there.
CREATE OR REPLACE FUNCTION ledger.short_inquiries(since timestamptz) RETURNS SETOF ledger.unaccounted
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT format('inquiry %s with %s acts', i.id, i.acts), NULL::uuid, i.account,
    i.opened, clock_timestamp()
    FROM line.inquiry i WHERE i.opened > since AND i.acts > (SELECT count(*) FROM ledger.entry e
      WHERE e.inquiry = i.id AND e.outcome = 'ok')
      AND NOT EXISTS (SELECT FROM ledger.erasure x WHERE x.at > i.opened);
END $$;

-- Notes what is missed, and what turned up after all. At the end of a turn that brought all there was.
CREATE OR REPLACE FUNCTION ledger.reconcile(last timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE since timestamptz := LEAST(last, clock_timestamp()) - interval '5 minutes';
BEGIN
  DELETE FROM ledger.unaccounted u WHERE u.trace NOT LIKE '%acts' AND ledger.accounts_for(u);
  INSERT INTO ledger.unaccounted SELECT t.* FROM ledger.traces(since) t WHERE NOT ledger.accounts_for(t)
    ON CONFLICT DO NOTHING;
  INSERT INTO ledger.unaccounted SELECT t.* FROM ledger.short_inquiries(since) t ON CONFLICT DO NOTHING;
END $$;
