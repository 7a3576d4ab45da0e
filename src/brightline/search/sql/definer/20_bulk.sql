-- What bulk runs need of the line (rule 41): the tally that makes a list in pieces one list again, the steps of a
-- request, and the guard that keeps unjudged matches out of cases.
-- callers: reader

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.search_purpose() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT NULLIF((p.parts)[2], '')::uuid FROM (SELECT line.pass() AS parts) p);

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.search_case(of_case uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT min(split_part(p.key, '@', 1)) FROM line.purpose p WHERE p.case_id = of_case);

-- The numbers of the rulebook, with what is shipped where a site says nothing.
-- callers: none
CREATE OR REPLACE FUNCTION line.search_bulk_book(key text) RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE((s.rulebook -> 'bulk' ->> key)::numeric, CASE key WHEN 'sample_least' THEN 20
  WHEN 'sample_percent' THEN 5
  WHEN 'sample_most' THEN 60 WHEN 'error_most' THEN 0.2 WHEN 'hit_days' THEN 30 WHEN 'run_days' THEN 30
    END) FROM line.state s);

-- Counts the people whom an account looks up in lists, or is shown by attributes alone, under one purpose within 24
-- hours; above the threshold the act is refused, whatever each piece holds. Hashes alone, and those for a day.
CREATE OR REPLACE FUNCTION line.search_tally(ctx line.context, of_kind text, given text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer; most integer := line.search_bulk_threshold(); salt bytea;
BEGIN
  IF cardinality(given) = 0 THEN RETURN; END IF;
  SELECT s.value INTO salt FROM line.secret s WHERE s.name = 'pseudonym';
  PERFORM pg_advisory_xact_lock(hashtextextended('bulk.asked:' || ctx.account, 0));
  DELETE FROM bulk.asked a WHERE a.account = ctx.account AND a.at < ctx.at - interval '24 hours';
  INSERT INTO bulk.asked (account, purpose, kind, what, at)
    SELECT DISTINCT ctx.account, ctx.purpose, of_kind,
      sha256(salt || convert_to('asked:' || (SELECT string_agg(w, ' ' ORDER BY w)
      FROM string_to_table(line.fold_reason(g), ' ') w), 'UTF8')), ctx.at FROM unnest(given) g
        WHERE line.fold_reason(g) <> ''
    ON CONFLICT (account, purpose, kind, what) DO UPDATE SET at = excluded.at;
  SELECT count(*) INTO n FROM bulk.asked a WHERE a.account = ctx.account
    AND a.purpose = ctx.purpose AND a.kind = of_kind;
  IF n > most THEN
    PERFORM line.refuse(ctx, 'bulk_split',
      format('With what you looked up under this purpose in the last 24 hours this makes %s people; the threshold is '
        '%s, in one piece or in many.', n, most),
      'Ask for a bulk run of the whole list: brightline bulk request.'); END IF;
END $$;

-- callers: none
CREATE OR REPLACE FUNCTION line.search_bulk_number() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n text;
BEGIN
  FOR i IN 1 .. 60 LOOP
    n := line.number_drawn('B', 6);
    IF NOT EXISTS (SELECT FROM bulk.request r WHERE r.number = n) THEN RETURN n; END IF;
  END LOOP;
  PERFORM line.no_number(NULL);
END $$;

-- The row, held for a step that its state allows. Under the request's own purpose, or at the desk of its unit.
-- callers: none
CREATE OR REPLACE FUNCTION line.search_bulk_step(ctx line.context, which uuid, act text) RETURNS bulk.request
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r bulk.request; after text; ways text;
BEGIN
  SELECT * INTO r FROM bulk.request x WHERE x.id = which AND (x.purpose = ctx.purpose
    OR ctx.kind = 'desk' AND x.unit = ctx.unit
    AND x.case_id IN (SELECT line.cases())) FOR UPDATE;
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  SELECT t.becomes INTO after FROM bulk.transition t WHERE t.state = r.state AND t.act = search_bulk_step.act;
  IF after IS NULL THEN
    SELECT string_agg(t.act, ', ' ORDER BY t.act) INTO ways FROM bulk.transition t WHERE t.state = r.state
      AND t.act NOT IN ('measure', 'finish');
    PERFORM line.conflict(ctx, 'state', format('A bulk request that is %s can''t be changed by %s.', r.state, act),
      CASE WHEN r.state = 'sampled'
        THEN 'Every match of its sample has to be judged first: brightline bulk hits, then bulk judge.'
        ELSE format('Possible now: %s.', COALESCE(ways, 'nothing; ask anew')) END);
  END IF;
  UPDATE bulk.request x SET state = after, changed = ctx.at WHERE x.id = r.id RETURNING * INTO r;
  RETURN r;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.search_bulk_request(ctx line.context, p jsonb, counted integer) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  r bulk.request; lines jsonb := COALESCE(p -> 'lines', '[]'); l jsonb; fuzzy integer := line.int(p, 'fuzzy', 1);
  filters jsonb := CASE WHEN jsonb_typeof(p -> 'filters') = 'object'
    THEN jsonb_strip_nulls(p -> 'filters') ELSE '{}' END;
  who text := COALESCE(line.text(p, 'population', 2000), ''); why text := COALESCE(line.text(p, 'aim', 4000), '');
BEGIN
  IF length(who) < 20 THEN
    PERFORM line.bad('population', 'has fewer than 20 characters',
    'Say who is on the list, and from where it comes.'); END IF;
  IF length(why) < 40 THEN
    PERFORM line.bad('aim', 'has fewer than 40 characters',
    'Say what the run is to find out, and what follows from a match.'); END IF;
  IF line.int(p, 'expected', 0) NOT BETWEEN 1 AND 100000000 THEN
    PERFORM line.bad('expected', 'must be at least 1', 'Say how many matches you expect.'); END IF;
  IF fuzzy NOT BETWEEN 0 AND 1 THEN
    PERFORM line.bad('fuzzy', 'must be 0 or 1', 'Two letters off in a whole list match anybody.'); END IF;
  FOR l IN SELECT e FROM jsonb_array_elements(lines) e LOOP
    IF jsonb_typeof(l -> 'q') IS DISTINCT FROM 'string' OR jsonb_typeof(l -> 'words') IS DISTINCT FROM 'array'
      OR NOT EXISTS (SELECT FROM jsonb_array_elements(l -> 'words') w
        WHERE w -> 'optional' IS DISTINCT FROM 'true' AND (jsonb_array_length(COALESCE(w -> 'tokens', '[]')) > 0
          OR jsonb_array_length(COALESCE(w -> 'identifiers', '[]')) > 0)) THEN
      PERFORM line.bad('lines', 'hold one without a name and an identifier', 'Remove or complete it.'); END IF;
    IF l ->> 'born' !~ '^\d{4}(-\d{2}){0,2}$' THEN
      PERFORM line.bad('lines', 'hold a birth date that is none', 'Write it as YYYY-MM-DD.'); END IF;
  END LOOP;
  INSERT INTO bulk.request (number, kind, account, purpose, case_id, unit, population, aim, expected, size, fuzzy,
    filters, threshold, digest, earlier)
    VALUES (line.search_bulk_number(), CASE WHEN counted IS NULL THEN 'list' ELSE 'attributes'
      END, ctx.account, ctx.purpose, ctx.case_id, ctx.unit, who, why,
      line.int(p, 'expected', 0), COALESCE(counted, jsonb_array_length(lines)), fuzzy, filters,
        line.search_bulk_threshold(),
      sha256(convert_to(filters::text || (SELECT COALESCE(string_agg(line.fold_reason(e ->> 'q'), E'\n'
        ORDER BY line.fold_reason(e ->> 'q')), '')
        FROM jsonb_array_elements(lines) e), 'UTF8')), 0) RETURNING * INTO r;
  UPDATE bulk.request x SET earlier = (SELECT count(*) FROM bulk.request o WHERE o.purpose = r.purpose
    AND o.digest = r.digest AND o.id <> r.id) WHERE x.id = r.id;
  INSERT INTO bulk.line (request, place, q, born, words)
    SELECT r.id, o, btrim(e ->> 'q'), e ->> 'born', e -> 'words'
      FROM jsonb_array_elements(lines) WITH ORDINALITY x (e, o);
  PERFORM line.event(ctx, 'bulk', r.id, ctx.case_id, 'asked for a bulk run', NULL,
    jsonb_build_object('bulk', r.number, 'size', r.size));
  RETURN r.id;
END $$;

-- Which lines are drawn follows from the seed: the smallest SHA-256(seed ‖ place).
CREATE OR REPLACE FUNCTION line.search_bulk_draw(ctx line.context, which uuid) RETURNS bulk.request
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r bulk.request := line.search_bulk_step(ctx, which, 'sample');
BEGIN
  UPDATE bulk.request x SET seed = line.random32(),
    sample = LEAST(r.size, line.search_bulk_book('sample_most')::integer,
    GREATEST(line.search_bulk_book('sample_least')::integer, ceil(r.size * line.search_bulk_book('sample_percent') /
      100)::integer)) WHERE x.id = r.id RETURNING * INTO r;
  UPDATE bulk.line l SET sampled = true WHERE l.request = r.id AND l.place IN (SELECT x.place
    FROM bulk.line x WHERE x.request = r.id
    ORDER BY sha256(r.seed || int4send(x.place)) LIMIT r.sample);
  RETURN r;
END $$;

-- Keeps what a line found: [{entity, members, score, matched}]. A match that the sample found already stays as judged.
CREATE OR REPLACE FUNCTION line.search_bulk_found(ctx line.context, r bulk.request, at_place integer, hits jsonb,
  in_sample boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF r.purpose <> ctx.purpose THEN PERFORM line.missing(ctx); END IF;
  INSERT INTO bulk.hit (request, place, entity, members, score, matched, sampled, expires)
    SELECT r.id, at_place, (h ->> 'entity')::uuid, ARRAY(SELECT m::uuid
      FROM jsonb_array_elements_text(h -> 'members') m), COALESCE((h ->> 'score')::numeric, 0),
      ARRAY(SELECT m FROM jsonb_array_elements_text(h -> 'matched') m), in_sample, clock_timestamp() +
        make_interval(days => line.search_bulk_book('hit_days')::integer)
    FROM jsonb_array_elements(hits) h ON CONFLICT (request, place, entity) DO NOTHING;
  IF NOT in_sample THEN UPDATE bulk.line l SET searched = true WHERE l.request = r.id AND l.place = at_place; END IF;
END $$;

-- Once each match of the sample is judged the error rate is known: what wasn't confirmed, among all, with the upper end
-- of Wilson's 95 % interval.
CREATE OR REPLACE FUNCTION line.search_bulk_measure(ctx line.context, which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r bulk.request; n integer; yes integer; no integer; open integer; bad numeric; z constant numeric := 1.96;
BEGIN
  SELECT * INTO r FROM bulk.request x WHERE x.id = which FOR UPDATE;
  SELECT count(*), count(*) FILTER (WHERE h.verdict = 'confirmed'), count(*) FILTER (WHERE h.verdict = 'wrong'),
    count(*) FILTER (WHERE h.verdict IS NULL)
    INTO n, yes, no, open FROM bulk.hit h WHERE h.request = r.id AND h.sampled;
  UPDATE bulk.request x SET sample_hits = n, confirmed = yes, wrong = no, unsure = n - yes - no -
    open WHERE x.id = r.id;
  IF open > 0 OR r.state <> 'sampled' THEN RETURN; END IF;
  bad := (n - yes)::numeric / NULLIF(n, 0);
  PERFORM line.search_bulk_step(ctx, r.id, 'measure');
  IF n = 0 THEN RETURN; END IF;
  UPDATE bulk.request x SET error_rate = round(bad, 4), error_high =
    round((bad + z * z / (2 * n) + z * sqrt(bad * (1 - bad) / n + z * z / (4.0 * n * n))) / (1 + z * z / n), 4)
    WHERE x.id = r.id;
END $$;

-- A person's judgement on one match. The sample's judgements stand once they are measured, until the run is approved
-- and done.
-- callers: writer
CREATE OR REPLACE FUNCTION line.search_bulk_judge(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  h bulk.hit; r bulk.request; wanted uuid := line.uuid(p, 'hit'); said text := lower(line.need(p, 'verdict', 20));
  why text := COALESCE(line.text(p, 'reason', 4000), ''); seen text[] := line.texts(p, 'compared', 20); solid boolean;
  weak constant text[] := ARRAY['name', 'birth_date', 'nationality', 'gender'];
  known constant text[] := weak || ARRAY['birth_place', 'identifier', 'phone', 'email', 'address', 'account',
    'photograph', 'fingerprints', 'document', 'employer', 'statement'];
BEGIN
  SELECT x.* INTO h FROM bulk.hit x WHERE x.id = wanted AND x.request IN (SELECT q.id FROM bulk.request q
    WHERE q.purpose = ctx.purpose)
    AND (x.verdict IS NOT NULL OR x.expires > ctx.at) FOR UPDATE;
  IF h.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  SELECT * INTO r FROM bulk.request x WHERE x.id = h.request FOR UPDATE;
  IF NOT said = ANY (ARRAY['confirmed', 'wrong', 'unsure']) THEN
    PERFORM line.bad('verdict', 'is unknown', 'confirmed, wrong or unsure.'); END IF;
  IF length(why) < 10 THEN
    PERFORM line.bad('reason', 'has fewer than 10 characters', 'Say what agrees or differs.'); END IF;
  IF NOT seen <@ known THEN
    PERFORM line.bad('compared', 'names something unknown', format('One or more of: %s.',
    array_to_string(known, ', '))); END IF;
  IF said = 'confirmed' AND cardinality(seen) = 0 THEN
    PERFORM line.bad('compared', 'is empty', 'Say what you compared to confirm it.'); END IF;
  IF r.state NOT IN ('sampled', 'running', 'done') THEN
    PERFORM line.conflict(ctx, 'state', format('The run is %s; its matches can''t be judged now.', r.state),
      'Judge the sample before it is measured, the rest after the run.'); END IF;
  solid := said = 'confirmed' AND NOT seen <@ weak;
  INSERT INTO bulk.verdict (hit, verdict, compared, reason, account, entry)
    VALUES (h.id, said, seen, why, ctx.account, ctx.entry);
  UPDATE bulk.hit x SET verdict = said, strong = solid WHERE x.id = h.id;
  IF r.state = 'sampled' THEN PERFORM line.search_bulk_measure(ctx, r.id); END IF;
  RETURN jsonb_build_object('hit', h.id, 'verdict', said, 'compared', to_jsonb(seen), 'actionable', solid, 'members',
    to_jsonb(h.members), 'request', r.id);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.search_bulk_hold(which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN PERFORM 1 FROM bulk.request x WHERE x.id = which FOR UPDATE; END $$;

-- Somebody else decides: a supervisor of the unit who neither asked nor judged the sample.
-- callers: writer
CREATE OR REPLACE FUNCTION line.search_bulk_decide(ctx line.context, which uuid, p jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r bulk.request; act text := lower(line.need(p, 'decision', 20));
why text := COALESCE(line.text(p, 'reason', 4000), ''); most numeric := line.search_bulk_book('error_most');
BEGIN
  IF NOT act = ANY (ARRAY['approve', 'deny']) THEN
    PERFORM line.bad('decision', 'is unknown', 'approve or deny.'); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'has fewer than 20 characters', 'Say what the decision rests on.'); END IF;
  r := line.search_bulk_step(ctx, which, act);
  IF ctx.account = r.account OR EXISTS (SELECT FROM bulk.verdict v JOIN bulk.hit h ON h.id = v.hit
    WHERE h.request = r.id AND v.account = ctx.account) THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Who asked for a run, or judged its sample, can''t decide it.',
      'Another supervisor of the unit has to decide.'); END IF;
  PERFORM line.decider(ctx, r.account || ARRAY(SELECT v.account FROM bulk.verdict v JOIN bulk.hit h ON h.id = v.hit
    WHERE h.request = r.id));
  IF act = 'approve' AND r.error_rate > most THEN
    PERFORM line.refuse(ctx, 'error_rate',
      format('Of the sample''s matches %s %% weren''t confirmed; at most %s %% may be.',
      round(r.error_rate * 100, 1), round(most * 100, 1)),
      'Deny it, with what the list lacks: identifiers find people, names find namesakes.'); END IF;
  UPDATE bulk.request x SET decider = ctx.account, decided = ctx.at, decision = why,
    run_by = CASE WHEN act = 'approve'
      THEN ctx.at + make_interval(days => line.search_bulk_book('run_days')::integer) END WHERE x.id = r.id;
  PERFORM line.event(ctx, 'bulk', r.id, r.case_id, CASE act WHEN 'approve' THEN 'approved a bulk run'
    ELSE 'denied a bulk run' END, NULL, jsonb_build_object('bulk', r.number, 'reason', why));
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.search_bulk_withdraw(ctx line.context, which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r bulk.request;
BEGIN
  r := line.search_bulk_step(ctx, which, 'withdraw');
  IF r.account <> ctx.account THEN
    PERFORM line.refuse(ctx, 'requester', 'Only who asked for a run withdraws it.', 'Ask them.'); END IF;
END $$;

-- Begins or continues an approved run; an approval that was left too long is none.
CREATE OR REPLACE FUNCTION line.search_bulk_start(ctx line.context, which uuid) RETURNS bulk.request
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r bulk.request;
BEGIN
  r := line.search_bulk_step(ctx, which, 'run');
  IF r.run_by < ctx.at THEN PERFORM line.conflict(ctx, 'expired', 'The approval has expired.',
    'Ask for the run anew.'); END IF;
  RETURN r;
END $$;

CREATE OR REPLACE FUNCTION line.search_bulk_progress(ctx line.context, which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r bulk.request;
BEGIN
  UPDATE bulk.request x SET found = (SELECT count(*) FROM bulk.hit h WHERE h.request = x.id),
    searched = CASE x.kind WHEN 'list' THEN (SELECT count(*) FROM bulk.line l WHERE l.request = x.id
      AND l.searched) ELSE x.size END
    WHERE x.id = which AND x.purpose = ctx.purpose RETURNING * INTO r;
  IF r.state = 'running' AND r.searched >= r.size THEN PERFORM line.search_bulk_step(ctx, r.id, 'finish'); END IF;
END $$;

-- What came into the case's sight by a bulk run enters the case as judged only: an unjudged, expired, unsure or wrong
-- match not at all, one confirmed by name and birth date alone never as suspect or convicted.
-- callers: writer
CREATE OR REPLACE FUNCTION line.search_bulk_guard(ctx line.context, of_case uuid, of_entity uuid,
  role text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer; sure integer; solid integer;
BEGIN
  WITH same AS (SELECT of_entity AS id UNION SELECT b.entity FROM content.aspect a JOIN content.aspect b
    ON b.cluster = a.cluster WHERE a.entity = of_entity)
  SELECT count(*), count(*) FILTER (WHERE h.verdict = 'confirmed'), count(*) FILTER (WHERE h.strong) INTO n, sure, solid
    FROM bulk.hit h JOIN bulk.request r ON r.id = h.request AND r.case_id = of_case
      WHERE h.members && ARRAY(SELECT s.id FROM same s);
  IF n = 0 OR solid > 0 THEN RETURN; END IF;
  IF sure = 0 THEN
    PERFORM line.refuse(ctx, 'bulk_unjudged', 'This is a match of a bulk run that no person has confirmed.',
      'Judge it first: brightline bulk hits, then bulk judge. An expired match has to be found again.'); END IF;
  IF role IN ('suspect', 'convicted') THEN
    PERFORM line.refuse(ctx, 'name_only',
      'This match of a bulk run is confirmed by name and birth date alone; nobody is acted against on that.',
      'Compare an identifier, an address, a document or the like, and judge the match again.'); END IF;
END $$;
