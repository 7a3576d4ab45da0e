-- Reasons in review: one in a hundred of the inquiries and every crossing. Which inquiries, nobody chooses: an entry's
-- mark is SHA-256(root of the first checkpoint that covers it, entry id), so it is fixed by the log before anybody can
-- look, the same for every period and every draw, and anybody who holds the exported log works it out again
-- (oversight/redraw.py).
-- callers: none

-- Entries of this name between the two moments, below the newest checkpoint, each with its mark.
CREATE OR REPLACE FUNCTION line.oversight_marks(of_name text, since timestamptz, until timestamptz)
RETURNS TABLE (entry uuid, at timestamptz, mark bytea, counts jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT e.entry, e.at, sha256(k.root || uuid_send(e.entry)), convert_from(e.head, 'UTF8')::jsonb -> 'counts'
  FROM ledger.entry e CROSS JOIN LATERAL (SELECT c.root FROM ledger.checkpoint c WHERE c.size > e.index
    ORDER BY c.size LIMIT 1) k
  WHERE e.name = of_name AND e.outcome = 'ok' AND e.at >= since AND e.at < until
$$;

CREATE OR REPLACE FUNCTION line.oversight_sample_json(s oversight.sample) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('sample', s.id, 'from', line.stamp(s.since), 'to', line.stamp(s.until),
  'seed', encode(s.seed, 'hex'),
    'checkpoint', s.size, 'population', s.population, 'size', count(*), 'crossings', count(*) FILTER
      (WHERE x.kind = 'crossing'),
    'judged', count(x.verdict), 'sound', count(*) FILTER (WHERE x.verdict = 'sound'), 'vague', count(*) FILTER
      (WHERE x.verdict = 'vague'),
    'not_supported', count(*) FILTER (WHERE x.verdict = 'not_supported'), 'by', line.accounts_title(s.account),
      'at', line.stamp(s.at))
  FROM oversight.sampled x WHERE x.sample = s.id);

-- callers: writer
CREATE OR REPLACE FUNCTION line.oversight_draw(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s oversight.sample; first timestamptz := line.time(p, 'from'); last timestamptz := line.time(p, 'to');
  n integer; k ledger.checkpoint;
  told jsonb;
BEGIN
  SELECT * INTO k FROM ledger.checkpoint c ORDER BY c.size DESC LIMIT 1;
  last := LEAST(COALESCE(last, k.at), k.at);
  IF first IS NULL OR first >= COALESCE(last, clock_timestamp()) THEN
    PERFORM line.bad('from', 'must lie before `to` and before the newest checkpoint', 'Name the period.'); END IF;
  SELECT count(*) INTO n FROM line.oversight_marks('inquiry_open', first, last) m
    JOIN line.inquiry i ON i.entry = m.entry;
  IF n = 0 AND NOT EXISTS (SELECT FROM line.oversight_marks('crossing_request', first, last)) THEN
    PERFORM line.conflict(ctx, 'empty', 'The signed log holds no inquiry and no crossing of that period.',
      'Name another, or ask for a checkpoint first.'); END IF;
  INSERT INTO oversight.sample (since, until, population, size, account, entry)
    VALUES (first, last, n, k.size, ctx.account, ctx.entry) RETURNING * INTO s;
  INSERT INTO oversight.sampled (sample, place, inquiry, kind, mark)
    SELECT s.id, row_number() OVER (ORDER BY x.kind DESC, x.mark), x.id, x.kind, x.mark FROM (
      (SELECT i.id, 'inquiry' AS kind, m.mark FROM line.oversight_marks('inquiry_open', first, last) m
        JOIN line.inquiry i ON i.entry = m.entry
        ORDER BY m.mark LIMIT GREATEST(line.rule_int('review.least'),
          ceil(n * line.rule_int('review.percent') / 100.0)::integer))
      UNION ALL SELECT c.id, 'crossing', m.mark FROM line.oversight_marks('crossing_request', first, last) m
        JOIN line.crossing c ON c.number = m.counts ->> 'crossing') x;
  told := line.oversight_sample_json(s);
  RETURN told || jsonb_build_object('_count', jsonb_build_object('population', n, 'size', told -> 'size',
    'crossings', told -> 'crossings',
    'checkpoint', k.size, 'root', encode(k.root, 'hex')));
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.oversight_samples() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(line.oversight_sample_json(s) ORDER BY s.at DESC), '[]') FROM oversight.sample s);

-- One reason in review: an inquiry's sentence, or a crossing's necessity with what it asked for.
CREATE OR REPLACE FUNCTION line.oversight_reason(x oversight.sampled) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE((SELECT jsonb_build_object('opened', line.stamp(i.opened), 'account', a.name, 'purpose', u.key,
  'regime', y.regime, 'unit', u.unit,
      'reason', i.reason, 'aim', i.aim, 'prompt', (SELECT q.text FROM line.prompt q WHERE q.name = 'inquiry'
        AND q.version = i.prompt), 'acts', i.acts)
    FROM line.inquiry i JOIN line.account a ON a.id = i.account JOIN line.purpose u ON u.id = i.purpose
      JOIN line.authority y ON y.code = u.authority
    WHERE i.id = x.inquiry AND x.kind = 'inquiry'),
  (SELECT jsonb_build_object('opened', line.stamp(c.requested), 'account', a.name, 'purpose', u.key, 'regime',
    y.regime, 'unit', u.unit,
      'reason', c.necessity, 'acts', 0, 'crossing', c.number, 'state', line.crossing_state(c),
        'fields', to_jsonb(c.fields))
    FROM line.crossing c JOIN line.account a ON a.id = c.requester JOIN line.purpose u ON u.id = c.beneficiary
      JOIN line.authority y ON y.code = u.authority
    WHERE c.id = x.inquiry AND x.kind = 'crossing'))
  || jsonb_build_object('sample', x.sample, 'place', x.place, 'kind', x.kind, 'inquiry', x.inquiry, 'mark',
    encode(x.mark, 'hex'), 'verdict', x.verdict,
    'note', x.note, 'judge', line.accounts_title(x.judge), 'judged', line.stamp(x.judged), 'revision',
      line.revision(to_jsonb(x)));

-- callers: reader
CREATE OR REPLACE FUNCTION line.oversight_sample(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s oversight.sample; wanted uuid := line.uuid(p, 'sample');
BEGIN
  SELECT * INTO s FROM oversight.sample x WHERE x.id = wanted;
  IF s.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN line.oversight_sample_json(s) || jsonb_build_object('items',
    (SELECT jsonb_agg(line.oversight_reason(x) ORDER BY x.place)
    FROM oversight.sampled x WHERE x.sample = s.id), '_count', (SELECT count(*) FROM oversight.sampled x
      WHERE x.sample = s.id));
END $$;

-- What waits for a verdict: of all draws, crossings first, then the oldest; each reason once, whatever samples took it.
-- callers: reader
CREATE OR REPLACE FUNCTION line.oversight_queue(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN (WITH fit AS MATERIALIZED (
    SELECT line.oversight_reason(x) AS row, x.kind, line.oversight_reason(x) ->> 'opened' AS opened, x.inquiry
    FROM (SELECT DISTINCT ON (t.kind, t.inquiry) t.* FROM oversight.sampled t WHERE t.verdict IS NULL
        AND NOT EXISTS (SELECT FROM oversight.sampled j WHERE j.inquiry = t.inquiry AND j.kind = t.kind
          AND j.verdict IS NOT NULL)
      ORDER BY t.kind, t.inquiry, t.sample) x),
    shown AS (SELECT * FROM fit f ORDER BY f.kind, f.opened, f.inquiry LIMIT most OFFSET skip)
  SELECT jsonb_build_object('items', COALESCE(jsonb_agg(o.row ORDER BY o.kind, o.opened, o.inquiry), '[]'), 'waiting',
    (SELECT count(*) FROM fit),
    'total', (SELECT count(*) FROM fit), '_count', count(*)) FROM shown o);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.oversight_reason_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE x oversight.sampled;
BEGIN
  SELECT * INTO x FROM oversight.sampled t WHERE t.sample = line.uuid(p, 'sample')
    AND t.place = line.int(p, 'place', 0) FOR UPDATE;
  RETURN CASE WHEN x.sample IS NOT NULL THEN to_jsonb(x) END;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.oversight_judge(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  x oversight.sampled; wanted uuid := line.uuid(p, 'sample'); at_place integer := line.int(p, 'place', 0); told jsonb;
  said text := lower(line.need(p, 'verdict', 20)); words text := COALESCE(line.text(p, 'note', 2000), '');
BEGIN
  SELECT * INTO x FROM oversight.sampled t WHERE t.sample = wanted AND t.place = at_place FOR UPDATE;
  IF x.sample IS NULL THEN PERFORM line.missing(ctx); END IF;
  told := line.oversight_reason(x);
  IF NOT said = ANY (ARRAY['sound', 'vague', 'not_supported']) THEN
    PERFORM line.bad('verdict', 'is unknown', 'sound, vague or not_supported.'); END IF;
  IF said <> 'sound' AND length(words) < 10 THEN
    PERFORM line.bad('note', 'has fewer than 10 characters', 'Say what is missing or wrong.'); END IF;
  IF x.verdict IS NOT NULL THEN PERFORM line.conflict(ctx, 'state', 'This reason is judged already.',
    'A judgement stays; draw another sample.'); END IF;
  IF told ->> 'account' = ctx.account_name THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'This reason is your own.', 'Another overseer judges it.'); END IF;
  PERFORM line.decider(ctx, ARRAY[line.accounts_id(told ->> 'account')]);
  UPDATE oversight.sampled t SET verdict = said, note = words, judge = ctx.account, judged = ctx.at
    WHERE t.sample = x.sample AND t.place = x.place;
  RETURN jsonb_build_object('sample', x.sample, 'place', x.place, 'verdict', said, 'note', words, '_count',
    jsonb_build_object('verdict', said,
    'regime', told ->> 'regime', 'kind', x.kind));
END $$;
