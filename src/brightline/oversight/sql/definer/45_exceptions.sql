-- What overseers are shown beside the log itself: exceptions, and samples of reasons. Everything is computed when it is
-- asked for; what they write down is their own judgement and nothing else.
-- callers: none

-- What the misuse detectors flagged (55_misuse.sql), as exceptions: the verdict is given on the flag.
CREATE OR REPLACE FUNCTION line.oversight_flagged(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('key', 'flag:' || f.id, 'kind', f.kind, 'at', line.stamp(f.at), 'account', a.name,
    'account_title', a.title,
    'title', CASE f.kind WHEN 'self' THEN 'Looked up themselves' WHEN 'colleague' THEN 'Looked up a colleague'
      WHEN 'family' THEN 'Looked up their own family name'
      WHEN 'household' THEN 'Looked up their own household' WHEN 'press' THEN 'Looked up somebody of the press'
        WHEN 'official' THEN 'Looked up an official'
      WHEN 'after_hours' THEN 'Many look-ups outside working hours' WHEN 'unused' THEN 'Look-ups that nothing came of'
        WHEN 'sessions' THEN 'Two sessions at once'
      ELSE 'A list in pieces' END,
    'detail', concat_ws(' · ', a.title, line.accounts_title(f.whom), (SELECT p.key FROM line.purpose p
      WHERE p.id = f.purpose)), 'entries', to_jsonb(f.evidence[1:50]))
  FROM oversight.flag f JOIN line.account a ON a.id = f.account WHERE f.at >= since AND f.at <= until
$$;

-- Crossings whose words were taken from an earlier one, or that wait too long; decisions that were tried inside a
-- chain.
CREATE OR REPLACE FUNCTION line.oversight_crossings(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('key', 'copied:' || c.number, 'kind', 'copied', 'at',
    line.stamp(c.requested), 'crossing', c.number,
    'account', line.accounts_name(c.requester), 'title', 'Justification copied from ' || o.number,
    'detail', format('%s · %s %% the same', c.number, round(o.same * 100)), 'entries', '[]'::jsonb)
  FROM line.crossing c CROSS
    JOIN LATERAL (SELECT e.number, ext.similarity(line.fold_reason(e.necessity),
    line.fold_reason(c.necessity))::numeric AS same
      FROM line.crossing e WHERE e.requested < c.requested AND e.id <> c.id ORDER BY 2 DESC LIMIT 1) o
  WHERE o.same > 0.9 AND c.requested >= since AND c.requested <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'late:' || c.number, 'kind', 'late', 'at',
    line.stamp(c.requested + interval '14 days'), 'crossing', c.number,
    'title', 'Waits for a decision', 'detail', format('%s · since %s days', c.number, extract(day
      FROM clock_timestamp() - c.requested)), 'entries', '[]'::jsonb)
  FROM line.crossing c WHERE c.state IN ('requested', 'reviewed') AND c.expires > clock_timestamp()
    AND c.requested < clock_timestamp() - interval '14 days'
  UNION ALL
  -- Each emergency at once; and what it came to, when its review never came or didn't bear it out.
  SELECT jsonb_build_object('key', x.kind || ':' || c.number, 'kind', x.kind, 'at',
    line.stamp(x.at), 'crossing', c.number,
    'account', line.accounts_name(c.opened_by), 'title', x.title, 'detail', format('%s · opened by %s for %s', c.number,
      line.accounts_title(c.opened_by), line.accounts_unit_title(p.unit)), 'entries', '[]'::jsonb)
  FROM line.crossing c JOIN line.purpose p ON p.id = c.beneficiary CROSS JOIN LATERAL (
      SELECT 'emergency' AS kind, 'Opened as an emergency' AS title, c.opened AS at
      UNION ALL SELECT 'unreviewed', 'Emergency ended without its review', c.open_until
        WHERE line.crossing_state(c) = 'unreviewed' OR c.ended_as = 'unreviewed'
      UNION ALL SELECT 'unreviewed', 'Emergency revoked before its review', c.revoked
        WHERE c.ended_as = 'revoked' AND c.decided IS NULL
      UNION ALL SELECT 'refused', 'Emergency that its review refused', c.decided WHERE c.ended_as = 'refused') x
  WHERE c.opened IS NOT NULL AND x.at >= since AND x.at <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'audit:' || c.number, 'kind', 'audit', 'at',
    line.stamp(c.audited), 'crossing', c.number,
    'account', line.accounts_name(c.requester), 'title', 'Crossing judged unlawful by its audit', 'detail',
      c.number || ' · ' || c.remarks,
    'entries', '[]'::jsonb)
  FROM line.crossing c WHERE c.verdict = 'unlawful' AND c.audited >= since AND c.audited <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'chain:' || e.entry, 'kind', 'chain', 'at', line.stamp(e.at), 'account',
    line.accounts_name(e.account),
    'crossing', convert_from(e.body, 'UTF8')::jsonb #>> '{params,crossing}', 'title',
      'Tried to decide inside the chain',
    'detail', concat_ws(' · ', convert_from(e.body, 'UTF8')::jsonb #>> '{params,crossing}',
      line.accounts_title(e.account), 'refused'),
    'entries', jsonb_build_array(e.entry))
  FROM ledger.entry e WHERE e.outcome = 'refused' AND e.act = 'crossing' AND e.at >= since
    AND e.at <= until AND e.body IS NOT NULL
    AND convert_from(e.head, 'UTF8')::jsonb ->> 'code' = 'chain'
$$;

-- The log's own trouble, many refusals in an hour, reasons that were judged unlawful.
CREATE OR REPLACE FUNCTION line.oversight_others(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('key', 'log:' || e.entry, 'kind', 'log', 'at', line.stamp(e.at), 'title',
    CASE e.act WHEN 'gap' THEN 'Entries of the log may be lost' ELSE 'Something else wrote into the log' END,
    'detail', 'entry ' || e.index, 'entries', jsonb_build_array(e.entry))
  FROM ledger.entry e WHERE e.act IN ('gap', 'malformed') AND e.at >= since AND e.at <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'refusals:' || e.account || ':' || to_char(min(e.at) AT TIME ZONE 'UTC',
    'YYYY-MM-DD-HH24'), 'kind', 'refusals',
    'at', line.stamp(max(e.at)), 'account', line.accounts_name(e.account), 'title', 'Many refusals within an hour',
    'detail', format('%s · %s refusals', line.accounts_title(e.account), count(*)), 'entries',
      jsonb_agg(e.entry ORDER BY e.index))
  FROM ledger.entry e WHERE e.outcome = 'refused' AND e.account IS NOT NULL AND e.at >= since AND e.at <= until
  GROUP BY e.account, date_trunc('hour', e.at) HAVING count(*) >= 20
  UNION ALL
  SELECT jsonb_build_object('key', 'reason:' || s.inquiry, 'kind', 'reason', 'at', line.stamp(s.judged), 'account',
    a.name, 'title', 'Reason judged not supported',
    'detail', concat_ws(' · ', a.title, s.note), 'entries', (SELECT COALESCE(jsonb_agg(x.entry), '[]')
      FROM (SELECT e.entry FROM ledger.entry e
      WHERE e.inquiry = s.inquiry ORDER BY e.index LIMIT 50) x))
  FROM oversight.sampled s JOIN line.account a ON a.id = COALESCE((SELECT i.account FROM line.inquiry i
    WHERE i.id = s.inquiry),
    (SELECT c.requester FROM line.crossing c WHERE c.id = s.inquiry))
  WHERE s.verdict = 'not_supported' AND s.judged >= since AND s.judged <= until
$$;

-- The open ones first, the newest of them first; an explained one says what was found. `n` counts from the oldest on,
-- so that a number stays what it was. A page of them, with how many there are: nobody hides one behind older ones.
DROP FUNCTION IF EXISTS line.oversight_exceptions(timestamptz, timestamptz);
-- callers: reader
CREATE OR REPLACE FUNCTION line.oversight_exceptions(since timestamptz, until timestamptz, most integer, skip integer,
  named text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('total', count(*), 'open', count(*) FILTER (WHERE n.note IS NULL),
    'items', COALESCE(jsonb_agg(n.x || jsonb_build_object('n', n.n, 'state', CASE WHEN n.note IS NULL THEN 'open'
      ELSE 'explained' END, 'note', n.note,
      'explained_by', line.accounts_title(n.account), 'explained', line.stamp(n.done)) ORDER BY n.place) FILTER
        (WHERE n.place > skip AND n.place <= skip + most), '[]'))
  FROM (SELECT f.x, e.note, e.account, e.at AS done, row_number() OVER (ORDER BY e.note IS NOT NULL,
    f.x ->> 'at', f.x ->> 'key') AS n,
      row_number() OVER (ORDER BY e.note IS NOT NULL, f.x ->> 'at' DESC, f.x ->> 'key' DESC) AS place
    FROM (SELECT x FROM line.oversight_flagged(since, until) x
      UNION ALL SELECT x FROM line.oversight_crossings(since, until) x UNION ALL SELECT x
        FROM line.oversight_others(since, until) x
      UNION ALL SELECT x FROM line.oversight_powers(since, until) x
      UNION ALL SELECT x FROM line.oversight_judges(since, until) x
      UNION ALL SELECT x FROM line.oversight_marked(since, until) x
      UNION ALL SELECT x FROM line.oversight_late(since, until) x) f
    LEFT JOIN LATERAL (SELECT t.note, t.account, t.at FROM oversight.explained t WHERE t.key = f.x ->> 'key'
      UNION ALL SELECT v.verdict || ': ' || v.remarks, v.account, v.at FROM oversight.flag_verdict v
        WHERE 'flag:' || v.flag = f.x ->> 'key' AND v.verdict <> 'inquiry' LIMIT 1) e ON true
    WHERE named IS NULL OR f.x ->> 'key' = named) n);

-- callers: writer
CREATE OR REPLACE FUNCTION line.oversight_explain(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE named text := line.need(p, 'key', 200); words text := COALESCE(line.text(p, 'note', 4000), ''); seen jsonb;
BEGIN
  IF length(words) < 20 THEN PERFORM line.bad('note', 'has fewer than 20 characters', 'Say what you found.'); END IF;
  seen := line.oversight_exceptions('-infinity', 'infinity', 1, 0, named) #> '{items,0}';
  IF seen IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF named LIKE 'flag:%' THEN PERFORM line.conflict(ctx, 'verdict', 'A flag takes a verdict, not an explanation.',
    'Say founded, unfounded or needs inquiry: brightline review verdict.'); END IF;
  INSERT INTO oversight.explained (key, note, account, entry) VALUES (named, words, ctx.account, ctx.entry)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN PERFORM line.conflict(ctx, 'exists', 'This one is explained already.',
    'What was written stays.'); END IF;
  RETURN seen || jsonb_build_object('state', 'explained', 'note', words, 'explained_by',
    line.accounts_title(ctx.account),
    '_count', jsonb_build_object('kind', seen ->> 'kind'));
END $$;

