-- What overseers are shown beside the log itself: exceptions, and samples of reasons. Everything is computed when it is
-- asked for; what they write down is their own judgement and nothing else.

-- What the misuse detectors flagged (79_misuse.sql), as exceptions: the verdict is given on the flag.
CREATE OR REPLACE FUNCTION line.oversight_flagged(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('key', 'flag:' || f.id, 'kind', f.kind, 'at', line.stamp(f.at), 'account', a.name, 'account_title', a.title,
    'title', CASE f.kind WHEN 'self' THEN 'Looked up themselves' WHEN 'colleague' THEN 'Looked up a colleague' WHEN 'family' THEN 'Looked up their own family name'
      WHEN 'household' THEN 'Looked up their own household' WHEN 'press' THEN 'Looked up somebody of the press' WHEN 'official' THEN 'Looked up an official'
      WHEN 'after_hours' THEN 'Many look-ups outside working hours' WHEN 'unused' THEN 'Look-ups that nothing came of' WHEN 'sessions' THEN 'Two sessions at once'
      ELSE 'A list in pieces' END,
    'detail', concat_ws(' · ', a.title, line.accounts_title(f.whom), (SELECT p.key FROM line.purpose p WHERE p.id = f.purpose)), 'entries', to_jsonb(f.evidence[1:50]))
  FROM oversight.flag f JOIN line.account a ON a.id = f.account WHERE f.at >= since AND f.at <= until
$$;
ALTER FUNCTION line.oversight_flagged(timestamptz, timestamptz) OWNER TO brightline_line;

-- Crossings whose words were taken from an earlier one, or that wait too long; decisions that were tried inside a chain.
CREATE OR REPLACE FUNCTION line.oversight_crossings(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('key', 'copied:' || c.number, 'kind', 'copied', 'at', line.stamp(c.requested), 'crossing', c.number,
    'account', line.accounts_name(c.requester), 'title', 'Justification copied from ' || o.number,
    'detail', format('%s · %s %% the same', c.number, round(o.same * 100)), 'entries', '[]'::jsonb)
  FROM line.crossing c CROSS JOIN LATERAL (SELECT e.number, ext.similarity(line.fold_reason(e.necessity), line.fold_reason(c.necessity))::numeric AS same
      FROM line.crossing e WHERE e.requested < c.requested AND e.id <> c.id ORDER BY 2 DESC LIMIT 1) o
  WHERE o.same > 0.9 AND c.requested >= since AND c.requested <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'late:' || c.number, 'kind', 'late', 'at', line.stamp(c.requested + interval '14 days'), 'crossing', c.number,
    'title', 'Waits for a decision', 'detail', format('%s · since %s days', c.number, extract(day FROM clock_timestamp() - c.requested)), 'entries', '[]'::jsonb)
  FROM line.crossing c WHERE c.state = 'requested' AND c.expires > clock_timestamp() AND c.requested < clock_timestamp() - interval '14 days'
  UNION ALL
  SELECT jsonb_build_object('key', 'chain:' || e.entry, 'kind', 'chain', 'at', line.stamp(e.at), 'account', line.accounts_name(e.account),
    'crossing', convert_from(e.body, 'UTF8')::jsonb #>> '{params,crossing}', 'title', 'Tried to decide inside the chain',
    'detail', concat_ws(' · ', convert_from(e.body, 'UTF8')::jsonb #>> '{params,crossing}', line.accounts_title(e.account), 'refused'),
    'entries', jsonb_build_array(e.entry))
  FROM ledger.entry e WHERE e.outcome = 'refused' AND e.act = 'crossing' AND e.at >= since AND e.at <= until AND e.body IS NOT NULL
    AND convert_from(e.head, 'UTF8')::jsonb ->> 'code' = 'chain'
$$;
ALTER FUNCTION line.oversight_crossings(timestamptz, timestamptz) OWNER TO brightline_line;

-- The log's own trouble, many refusals in an hour, reasons that were judged unlawful.
CREATE OR REPLACE FUNCTION line.oversight_others(since timestamptz, until timestamptz) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('key', 'log:' || e.entry, 'kind', 'log', 'at', line.stamp(e.at), 'title',
    CASE e.act WHEN 'gap' THEN 'Entries of the log may be lost' ELSE 'Something else wrote into the log' END,
    'detail', 'entry ' || e.index, 'entries', jsonb_build_array(e.entry))
  FROM ledger.entry e WHERE e.act IN ('gap', 'malformed') AND e.at >= since AND e.at <= until
  UNION ALL
  SELECT jsonb_build_object('key', 'refusals:' || e.account || ':' || to_char(min(e.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD-HH24'), 'kind', 'refusals',
    'at', line.stamp(max(e.at)), 'account', line.accounts_name(e.account), 'title', 'Many refusals within an hour',
    'detail', format('%s · %s refusals', line.accounts_title(e.account), count(*)), 'entries', jsonb_agg(e.entry ORDER BY e.index))
  FROM ledger.entry e WHERE e.outcome = 'refused' AND e.account IS NOT NULL AND e.at >= since AND e.at <= until
  GROUP BY e.account, date_trunc('hour', e.at) HAVING count(*) >= 20
  UNION ALL
  SELECT jsonb_build_object('key', 'reason:' || s.inquiry, 'kind', 'reason', 'at', line.stamp(s.judged), 'account', a.name, 'title', 'Reason judged unlawful',
    'detail', concat_ws(' · ', a.title, s.note), 'entries', (SELECT COALESCE(jsonb_agg(x.entry), '[]') FROM (SELECT e.entry FROM ledger.entry e
      WHERE e.inquiry = s.inquiry ORDER BY e.index LIMIT 50) x))
  FROM oversight.sampled s JOIN line.inquiry i ON i.id = s.inquiry JOIN line.account a ON a.id = i.account
  WHERE s.verdict = 'unlawful' AND s.judged >= since AND s.judged <= until
$$;
ALTER FUNCTION line.oversight_others(timestamptz, timestamptz) OWNER TO brightline_line;

-- All of them, the open ones first and numbered by time; an explained one says what was found.
CREATE OR REPLACE FUNCTION line.oversight_exceptions(since timestamptz, until timestamptz) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(n.x || jsonb_build_object('n', n.n, 'state', CASE WHEN n.note IS NULL THEN 'open' ELSE 'explained' END, 'note', n.note,
      'explained_by', line.accounts_title(n.account), 'explained', line.stamp(n.done)) ORDER BY n.note IS NOT NULL, n.n), '[]')
  FROM (SELECT f.x, e.note, e.account, e.at AS done, row_number() OVER (ORDER BY e.note IS NOT NULL, f.x ->> 'at', f.x ->> 'key') AS n
    FROM (SELECT x FROM line.oversight_flagged(since, until) x
      UNION ALL SELECT x FROM line.oversight_crossings(since, until) x UNION ALL SELECT x FROM line.oversight_others(since, until) x) f
    LEFT JOIN LATERAL (SELECT t.note, t.account, t.at FROM oversight.explained t WHERE t.key = f.x ->> 'key'
      UNION ALL SELECT v.verdict || ': ' || v.remarks, v.account, v.at FROM oversight.flag_verdict v WHERE 'flag:' || v.flag = f.x ->> 'key' AND v.verdict <> 'inquiry' LIMIT 1) e ON true
    LIMIT 500) n);
ALTER FUNCTION line.oversight_exceptions(timestamptz, timestamptz) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.oversight_explain(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE named text := line.need(p, 'key', 200); words text := COALESCE(line.text(p, 'note', 4000), ''); seen jsonb;
BEGIN
  IF length(words) < 20 THEN PERFORM line.bad('note', 'has fewer than 20 characters', 'Say what you found.'); END IF;
  SELECT x INTO seen FROM jsonb_array_elements(line.oversight_exceptions('-infinity', 'infinity')) x WHERE x ->> 'key' = named;
  IF seen IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF named LIKE 'flag:%' THEN PERFORM line.conflict(ctx, 'verdict', 'A flag takes a verdict, not an explanation.', 'Say founded, unfounded or needs inquiry: brightline review verdict.'); END IF;
  INSERT INTO oversight.explained (key, note, account, entry) VALUES (named, words, ctx.account, ctx.entry) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN PERFORM line.conflict(ctx, 'exists', 'This one is explained already.', 'What was written stays.'); END IF;
  RETURN seen || jsonb_build_object('state', 'explained', 'note', words, 'explained_by', line.accounts_title(ctx.account),
    '_count', jsonb_build_object('kind', seen ->> 'kind'));
END $$;
ALTER FUNCTION line.oversight_explain(line.context, jsonb) OWNER TO brightline_line;

-- ------------------------------------------------------------------------------------ reasons, sampled

CREATE OR REPLACE FUNCTION line.oversight_sample_json(s oversight.sample) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('sample', s.id, 'from', line.stamp(s.since), 'to', line.stamp(s.until), 'seed', encode(s.seed, 'hex'),
    'population', s.population, 'size', count(*), 'judged', count(x.verdict), 'specific', count(*) FILTER (WHERE x.verdict = 'specific'),
    'vague', count(*) FILTER (WHERE x.verdict = 'vague'), 'unlawful', count(*) FILTER (WHERE x.verdict = 'unlawful'),
    'by', line.accounts_title(s.account), 'at', line.stamp(s.at))
  FROM oversight.sampled x WHERE x.sample = s.id);
ALTER FUNCTION line.oversight_sample_json(oversight.sample) OWNER TO brightline_line;

-- One in a hundred, at least twenty; which ones follows from the seed, so that anybody can draw them again.
CREATE OR REPLACE FUNCTION line.oversight_draw(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s oversight.sample; first timestamptz := line.time(p, 'from'); last timestamptz := COALESCE(line.time(p, 'to'), clock_timestamp()); n integer;
BEGIN
  IF first IS NULL OR first >= last THEN PERFORM line.bad('from', 'must lie before `to`', 'Name the period.'); END IF;
  IF last > clock_timestamp() THEN last := clock_timestamp(); END IF;
  SELECT count(*) INTO n FROM line.inquiry i WHERE i.opened >= first AND i.opened < last;
  IF n = 0 THEN PERFORM line.conflict(ctx, 'empty', 'Nobody opened an inquiry in that period.', 'Name another.'); END IF;
  INSERT INTO oversight.sample (since, until, seed, population, account, entry)
    VALUES (first, last, line.random32(), n, ctx.account, ctx.entry) RETURNING * INTO s;
  INSERT INTO oversight.sampled (sample, place, inquiry)
    SELECT s.id, row_number() OVER (ORDER BY x.mark), x.id FROM (
      SELECT i.id, sha256(s.seed || uuid_send(i.id)) AS mark FROM line.inquiry i WHERE i.opened >= first AND i.opened < last
      ORDER BY 2 LIMIT GREATEST(20, ceil(n / 100.0)::integer)) x;
  RETURN line.oversight_sample_json(s) || jsonb_build_object('_count', jsonb_build_object('population', n,
    'size', (SELECT count(*) FROM oversight.sampled x WHERE x.sample = s.id), 'seed', encode(s.seed, 'hex')));
END $$;
ALTER FUNCTION line.oversight_draw(line.context, jsonb) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.oversight_samples() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(line.oversight_sample_json(s) ORDER BY s.at DESC), '[]') FROM oversight.sample s);
ALTER FUNCTION line.oversight_samples() OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.oversight_sample(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s oversight.sample; wanted uuid := line.uuid(p, 'sample');
BEGIN
  SELECT * INTO s FROM oversight.sample x WHERE x.id = wanted;
  IF s.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN line.oversight_sample_json(s) || jsonb_build_object('items', (SELECT jsonb_agg(jsonb_build_object('place', x.place, 'inquiry', i.id,
      'opened', line.stamp(i.opened), 'account', a.name, 'purpose', u.key, 'regime', y.regime, 'unit', u.unit, 'reason', i.reason, 'acts', i.acts,
      'verdict', x.verdict, 'note', x.note, 'judge', line.accounts_title(x.judge), 'judged', line.stamp(x.judged)) ORDER BY x.place)
    FROM oversight.sampled x JOIN line.inquiry i ON i.id = x.inquiry JOIN line.account a ON a.id = i.account JOIN line.purpose u ON u.id = i.purpose
      JOIN line.authority y ON y.code = u.authority WHERE x.sample = s.id), '_count', (SELECT count(*) FROM oversight.sampled x WHERE x.sample = s.id));
END $$;
ALTER FUNCTION line.oversight_sample(line.context, jsonb) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.oversight_judge(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  x oversight.sampled; wanted uuid := line.uuid(p, 'sample'); at_place integer := line.int(p, 'place', 0);
  said text := lower(line.need(p, 'verdict', 20)); words text := COALESCE(line.text(p, 'note', 2000), ''); kind text;
BEGIN
  SELECT * INTO x FROM oversight.sampled t WHERE t.sample = wanted AND t.place = at_place FOR UPDATE;
  IF x.sample IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF NOT said = ANY (ARRAY['specific', 'vague', 'unlawful']) THEN PERFORM line.bad('verdict', 'is unknown', 'specific, vague or unlawful.'); END IF;
  IF said <> 'specific' AND length(words) < 10 THEN PERFORM line.bad('note', 'has fewer than 10 characters', 'Say what is missing or wrong.'); END IF;
  IF x.verdict IS NOT NULL THEN PERFORM line.conflict(ctx, 'state', 'This reason is judged already.', 'A judgement stays; draw another sample.'); END IF;
  UPDATE oversight.sampled t SET verdict = said, note = words, judge = ctx.account, judged = ctx.at
    WHERE t.sample = x.sample AND t.place = x.place;
  SELECT y.regime INTO kind FROM line.inquiry i JOIN line.purpose u ON u.id = i.purpose JOIN line.authority y ON y.code = u.authority WHERE i.id = x.inquiry;
  RETURN jsonb_build_object('sample', x.sample, 'place', x.place, 'verdict', said, 'note', words, '_count', jsonb_build_object('verdict', said, 'regime', kind));
END $$;
ALTER FUNCTION line.oversight_judge(line.context, jsonb) OWNER TO brightline_line;

-- What the head of a crossing's act tells: between which regimes, and how long it waited. Figures rest on this.
CREATE OR REPLACE FUNCTION line.crossing_counts(of uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('crossing', c.number, 'to', b.regime, 'items', (SELECT count(*) FROM line.crossing_item i WHERE i.crossing = c.id),
    'from', (SELECT COALESCE(jsonb_agg(DISTINCT a.regime), '[]') FROM line.crossing_targets(c.id) t JOIN line.source s ON s.name = t.source
      JOIN line.authority a ON a.code = s.authority),
    'days', round((extract(epoch FROM c.decided - c.requested) / 86400)::numeric, 3))
  FROM line.crossing c JOIN line.purpose p ON p.id = c.beneficiary JOIN line.authority b ON b.code = p.authority WHERE c.id = of);
ALTER FUNCTION line.crossing_counts(uuid) OWNER TO brightline_line;
