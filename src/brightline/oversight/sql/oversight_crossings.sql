-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {from?, to?, limit? = 200 (1–200), offset? = 0 (0–1000000)}
-- result: {items: [{crossing, from: [regime], to, requested, ended, outcome: open | approved | denied | withdrawn,
--   revoked, emergency, audited: verdict, entries: [{entry, index, name, at}]}], total, limit, offset, more}, read off
--   the heads of the log; a page of the newest, in order of time
DECLARE
  since timestamptz := line.time(p, 'from'); until timestamptz := line.time(p, 'to');
  most integer := LEAST(GREATEST(line.int(p, 'limit', 200), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 1000000);
BEGIN
  RETURN (SELECT jsonb_build_object('items', COALESCE(jsonb_agg(o.row ORDER BY o.first) FILTER (WHERE o.place > skip
    AND o.place <= skip + most), '[]'),
      'total', count(*), 'limit', most, 'offset', skip, 'more', skip + most < count(*), '_count', count(*)) FROM (
    SELECT min(h.at) AS first, row_number() OVER (ORDER BY min(h.at) DESC, h.number DESC) AS place,
      jsonb_build_object('crossing', h.number, 'from', (array_agg(h.counts -> 'from' ORDER BY h.index) FILTER
      (WHERE jsonb_exists(h.counts, 'from')))[1],
        'to', (array_agg(h.counts ->> 'to' ORDER BY h.index))[1],
        'requested', line.stamp(min(h.at) FILTER (WHERE h.name = 'crossing_request')),
        'ended', line.stamp(min(h.at) FILTER (WHERE h.name IN ('crossing_approve', 'crossing_deny',
          'crossing_withdraw'))),
        'outcome', CASE WHEN bool_or(h.name = 'crossing_approve') THEN 'approved'
          WHEN bool_or(h.name = 'crossing_deny') THEN 'denied'
          WHEN bool_or(h.name = 'crossing_withdraw') THEN 'withdrawn' ELSE 'open' END,
        'revoked', line.stamp(min(h.at) FILTER (WHERE h.name = 'crossing_revoke')),
        'emergency', line.stamp(min(h.at) FILTER (WHERE h.name = 'crossing_open')),
        'audited', max(h.counts ->> 'verdict') FILTER (WHERE h.name = 'crossing_audit'),
        'entries', jsonb_agg(jsonb_build_object('entry', h.entry, 'index', h.index, 'name', h.name, 'at',
          line.stamp(h.at)) ORDER BY h.index)
          FILTER (WHERE h.name <> 'errand_crossing')) AS row
    FROM (SELECT e.index, e.entry, e.at, e.name, x.counts, x.counts ->> 'crossing' AS number
      FROM ledger.entry e, LATERAL (SELECT convert_from(e.head, 'UTF8')::jsonb -> 'counts' AS counts) x
      WHERE e.act = 'crossing' AND e.outcome = 'ok' AND x.counts ->> 'crossing' IS NOT NULL) h
    GROUP BY h.number HAVING (since IS NULL OR max(h.at) >= since) AND (until IS NULL OR min(h.at) <= until)) o);
END
