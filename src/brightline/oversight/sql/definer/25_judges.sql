-- What those told who judge or work for the line, held against what the line sees for itself: visible sets, rulebooks,
-- promises.
-- callers: none

-- Sets as they lie there now, newest first: by which rulebook and entry, and whether they are what the line's own rules
-- give today. `state`: right, stale (compiled anew at the purpose's next call), changed (the rows aren't those that
-- were stored), or wrong (they were stored, and open or leave out something else than the rules say).
-- callers: reader
CREATE OR REPLACE FUNCTION line.oversight_sets(p jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE named text := line.text(p, 'purpose', 200); most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN (WITH fit AS (SELECT v.*, u.key, u.kind FROM line.visible_set v JOIN line.purpose u ON u.id = v.purpose
    WHERE named IS NULL OR u.key = named),
    shown AS (SELECT * FROM fit f ORDER BY f.compiled DESC, f.key LIMIT most OFFSET skip),
    judged AS (SELECT s.*, t.rows, t.pointers, d.more, d.fewer, d.told, s.epoch = d.epoch
        AND (s.valid_until IS NULL OR s.valid_until > clock_timestamp()) AS current
      FROM shown s CROSS JOIN LATERAL line.visible_stored(s.purpose) t CROSS
        JOIN LATERAL line.visible_differs(s.purpose, t.rows, t.pointers) d)
    SELECT jsonb_build_object('total', (SELECT count(*) FROM fit), '_count', (SELECT count(*) FROM judged), 'items',
      COALESCE(jsonb_agg(jsonb_build_object('purpose', j.key, 'kind', j.kind, 'compiled', line.stamp(j.compiled),
        'until', line.stamp(j.valid_until),
        'epoch', j.epoch, 'set', encode(j.hash, 'hex'), 'rulebook', encode(j.rulebook, 'hex'), 'entry', j.entry,
          'checked', line.stamp(j.checked),
        'sees', jsonb_array_length(j.rows), 'tells', jsonb_array_length(j.pointers),
        'state', CASE WHEN NOT j.current THEN 'stale'
          WHEN line.visible_hash(j.rows, j.pointers) <> j.hash THEN 'changed'
          WHEN j.more || j.fewer || j.told <> '{}' THEN 'wrong' ELSE 'right' END,
        'more', CASE WHEN j.current THEN to_jsonb(j.more) ELSE '[]' END, 'fewer', CASE WHEN j.current
          THEN to_jsonb(j.fewer) ELSE '[]' END)
        ORDER BY j.compiled DESC, j.key), '[]')) FROM judged j);
END $$;

-- As exceptions: a set that the line refused to store, one that wasn't what it should be when somebody looked, a
-- judgement of a rulebook that the line didn't take, an approved rulebook that was taken back.
CREATE OR REPLACE FUNCTION line.oversight_judges(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('key', 'judge:' || e.entry, 'kind', 'judge', 'at', line.stamp(e.at),
    'title', CASE e.name WHEN 'policy_store' THEN 'A visible set that the rulebook doesn''t give was refused'
      WHEN 'policy_checked' THEN 'A visible set wasn''t what the rulebook gives'
        ELSE 'A judgement of a rulebook was refused' END,
    'detail', CASE e.name WHEN 'policy_store' THEN format('%s · %s opened too much, %s left out, %s told otherwise',
      b.body #>> '{params,purpose}',
        b.head ->> 'more', b.head ->> 'fewer', b.head ->> 'told')
      WHEN 'policy_checked' THEN format('%s · taken away and compiled anew', b.body #>> '{params,purpose}')
      ELSE format('version %s · %s', b.head ->> 'version', b.body ->> 'why') END, 'entries', jsonb_build_array(e.entry))
  FROM ledger.entry e CROSS JOIN LATERAL (SELECT convert_from(e.head, 'UTF8')::jsonb AS head,
    convert_from(e.body, 'UTF8')::jsonb AS body) b
  WHERE e.outcome = 'refused' AND e.act = 'change' AND e.name IN ('policy_store', 'policy_checked', 'policy_judged')
    AND e.at >= since AND e.at <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'rulebook:' || v.version, 'kind', 'rulebook', 'at', line.stamp(v.ended), 'title',
    'An approved rulebook was taken back',
    'detail', format('version %s · %s', v.version, v.decision), 'entries', '[]'::jsonb)
  FROM line.rulebook_version v WHERE v.state = 'withdrawn' AND v.decided IS NOT NULL
    AND v.ended >= since AND v.ended <= until
$$;
