-- What overseers look at of powers: decisions with a new account or between two whom one account made; what one
-- administrator set up alone; and each restriction, from the moment it is asked for.

-- callers: none
CREATE OR REPLACE FUNCTION line.oversight_powers(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('key', 'young:' || d.account || ':' || to_char(min(d.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
    'kind', 'young', 'at', line.stamp(max(d.at)),
    'account', line.accounts_name(d.account), 'title', 'Decided with a new account', 'detail',
      format('%s · made by %s · %s', line.accounts_title(d.account),
      (SELECT string_agg(DISTINCT line.accounts_title(h.by), ', ') FROM line.account_hand h
        WHERE h.account = d.account AND h.what = 'made'),
      string_agg(DISTINCT replace(d.act, '_', ' '), ', ')), 'entries', jsonb_agg(d.entry ORDER BY d.at))
  FROM oversight.decided d WHERE d.why = 'young' AND d.at >= since AND d.at <= until
    GROUP BY d.account, (d.at AT TIME ZONE 'UTC')::date
  UNION ALL
  SELECT jsonb_build_object('key', 'hands:' || d.entry, 'kind', 'hands', 'at', line.stamp(d.at), 'account',
    line.accounts_name(d.account),
    'title', 'Decided between accounts of one hand', 'detail', format('%s · %s · all made, empowered or reset by %s',
      line.accounts_title(d.account), replace(d.act, '_', ' '),
      (SELECT string_agg(line.accounts_title(h), ', ') FROM unnest(d.hands) h)), 'entries', jsonb_build_array(d.entry))
  FROM oversight.decided d WHERE d.why = 'hands' AND d.at >= since AND d.at <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'setup:' || h.by, 'kind', 'setup', 'at', line.stamp(max(h.at)), 'account',
    line.accounts_name(h.by),
    'title', 'Set up by one administrator', 'detail', format('%s · %s accounts, %s roles before anything was held here',
      line.accounts_title(h.by),
      count(*) FILTER (WHERE h.what = 'made'), count(*) FILTER (WHERE h.what = 'granted')), 'entries', '[]'::jsonb)
  FROM line.account_hand h WHERE h.setup GROUP BY h.by HAVING max(h.at) >= since AND max(h.at) <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'restriction:' || r.number, 'kind', 'restriction', 'at', line.stamp(r.asked),
    'account', line.accounts_name(r.asked_by),
    'title', CASE WHEN r.lapsed IS NOT NULL THEN 'Restriction that nobody decided' WHEN r.state = 'asked'
      THEN 'Restriction that waits for a decision'
      ELSE 'Restriction that was ' || r.state END,
    'detail', format('%s · %s · asked by %s of %s', r.number, r.kind, line.accounts_title(r.asked_by), r.unit),
      'entries', '[]'::jsonb)
  FROM restrictions.restriction r WHERE r.asked >= since AND r.asked <= until
$$;
