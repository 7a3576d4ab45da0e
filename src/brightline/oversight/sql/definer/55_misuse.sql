-- Misuse detectors (rule 44). A turn reads what the sequencer has integrated since the last one, in its order; each
-- reading of bodies is itself an entry, written before it reads. What is kept of a search are ids and counts; words are
-- compared as keyed hashes and forgotten at the end of the turn. No detector reads origin, belief or the like: none of
-- their inputs says it.
-- callers: none

-- Raised whenever a detector's rule changes; a flag states it with the rulebook's hash.
CREATE OR REPLACE FUNCTION line.misuse_version() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT '2/' || COALESCE(left(encode(s.rulebook_hash, 'hex'), 12), 'none') FROM line.state s);

CREATE OR REPLACE FUNCTION line.misuse_book(key text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(s.rulebook -> 'misuse' ->> key, CASE key WHEN 'zone' THEN 'UTC' WHEN 'day_from' THEN '6'
  WHEN 'day_to' THEN '20' WHEN 'burst' THEN '10'
  WHEN 'burst_minutes' THEN '60' WHEN 'unused_lookups' THEN '8' WHEN 'unused_hours' THEN '96' WHEN 'night_units'
    THEN '[]' END) FROM line.state s);

-- The day on which something was, by the clock of the site: an evening's acts are one day's, wherever the server
-- stands.
CREATE OR REPLACE FUNCTION line.misuse_day(at timestamptz) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (at AT TIME ZONE line.misuse_book('zone'))::date;

CREATE OR REPLACE FUNCTION line.misuse_salt() RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT sha256(s.value || convert_to('misuse', 'UTF8')) FROM line.secret s WHERE s.name = 'pseudonym');

-- A word, and what is left of it without one of its letters: two words that share one of these differ by little.
CREATE OR REPLACE FUNCTION line.misuse_variants(word text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT word UNION SELECT left(word, i - 1) || substr(word, i + 1) FROM generate_series(1, length(word)) i
    WHERE length(word) BETWEEN 5 AND 40 AND word !~ '^[0-9]+$' $$;

CREATE OR REPLACE FUNCTION line.misuse_hashes(salt bytea, kind text, given text[]) RETURNS bytea[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT sha256(salt || convert_to(kind || ':' || g, 'UTF8')) FROM unnest(given) g WHERE g <> '');

-- The words and identifiers of one query as its entry holds them; without prepared words, of what was typed.
CREATE OR REPLACE FUNCTION line.misuse_tokens(q jsonb) RETURNS TABLE (tokens text[], ids text[])
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN jsonb_typeof(q -> 'words') = 'array' THEN
      ARRAY(SELECT CASE jsonb_typeof(w) WHEN 'string' THEN w #>> '{}' ELSE t END
        FROM jsonb_array_elements(q -> 'words') w
        LEFT JOIN LATERAL jsonb_array_elements_text(CASE WHEN jsonb_typeof(w) = 'object'
          AND jsonb_typeof(w -> 'tokens') = 'array' THEN w -> 'tokens' ELSE '[]' END) t ON true)
      || COALESCE(q ->> 'prefix', '')
    ELSE string_to_array(line.fold_reason(COALESCE(q ->> 'q', q ->> 'query', '')), ' ') END,
    CASE WHEN jsonb_typeof(q -> 'words') = 'array' THEN ARRAY(SELECT i FROM jsonb_array_elements(q -> 'words') w,
      LATERAL jsonb_array_elements_text(CASE WHEN jsonb_typeof(w) = 'object'
        AND jsonb_typeof(w -> 'identifiers') = 'array' THEN w -> 'identifiers' ELSE '[]' END) i) ELSE '{}' END $$;

-- One more finding, or more evidence for one that is open.
CREATE OR REPLACE FUNCTION line.misuse_flag(of_kind text, of_key text, who uuid, under uuid, of_whom uuid,
  list_title text, moment timestamptz, entries uuid[], said jsonb)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO oversight.flag AS f (kind, key, account, purpose, whom, of_list, at, evidence, figures, version)
    VALUES (of_kind, of_kind || ':' || of_key, who, under, of_whom, COALESCE(list_title, ''), moment, entries,
      said, line.misuse_version())
  ON CONFLICT (key) WHERE state IN ('open', 'inquiry') DO UPDATE SET at = GREATEST(f.at, excluded.at),
    figures = f.figures || excluded.figures,
    evidence = f.evidence || ARRAY(SELECT e FROM unnest(excluded.evidence) e WHERE NOT e = ANY (f.evidence)
      LIMIT GREATEST(0, 200 - cardinality(f.evidence))) $$;

-- ------------------------------------------------------------------------------------ what is compared with

-- Accounts whose title has changed since its words were taken; the worker normalises them as it does queries.
-- callers: sequencer
CREATE OR REPLACE FUNCTION line.misuse_accounts() RETURNS TABLE (account uuid, title text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.id, a.title FROM line.account a WHERE NOT EXISTS (SELECT FROM oversight.watched w
    WHERE w.list = 'account' AND w.account = a.id
    AND w.digest = sha256(convert_to(a.title, 'UTF8'))) $$;

-- One name, household or person: parts [[spelling]], identifiers [key], initials allowed for names.
CREATE OR REPLACE FUNCTION line.misuse_watch(of_list text, who uuid, parts jsonb, ids jsonb, list_title text,
  marked bytea, by_whom uuid, by_entry uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made uuid; salt bytea := line.misuse_salt(); n integer := jsonb_array_length(parts);
BEGIN
  INSERT INTO oversight.watched (list, account, parts, title, digest, by, entry)
    VALUES (of_list, who, n, list_title, marked, by_whom, by_entry) RETURNING id INTO made;
  INSERT INTO oversight.watched_key (watched, part, hash, exact)
    SELECT made, o, sha256(salt || convert_to('t:' || v, 'UTF8')), bool_or(v = s)
    FROM jsonb_array_elements(parts) WITH ORDINALITY p (spellings, o), jsonb_array_elements_text(spellings) s,
      LATERAL (SELECT v FROM line.misuse_variants(s) v UNION SELECT left(s, 1) WHERE of_list <> 'household'
        AND o < n AND length(s) > 1) x
    GROUP BY o, v;
  INSERT INTO oversight.watched_key (watched, part, hash) SELECT made, 0, h
    FROM unnest(line.misuse_hashes(salt, 'i', ARRAY(SELECT i FROM jsonb_array_elements_text(ids) i))) h;
END $$;

-- callers: sequencer
CREATE OR REPLACE FUNCTION line.misuse_name(who uuid, named text, parts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM oversight.watched w WHERE w.list = 'account' AND w.account = who;
  PERFORM line.misuse_watch('account', who, parts, '[]', '', sha256(convert_to(named, 'UTF8')), NULL, NULL);
END $$;

-- ------------------------------------------------------------------------------------------- a turn

-- Reads the searches of entries [low, high) into oversight.lookup.
CREATE OR REPLACE FUNCTION line.misuse_read(low bigint, high bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE salt bytea := line.misuse_salt(); zone text := line.misuse_book('zone');
opens integer := line.misuse_book('day_from')::integer;
  shuts integer := line.misuse_book('day_to')::integer; night jsonb := line.misuse_book('night_units')::jsonb;
BEGIN
  INSERT INTO oversight.lookup (entry, line, index, at, account, purpose, kind, off, words, near, ids)
  SELECT e.entry, q.n, e.index, e.at, e.account, e.purpose, CASE e.name WHEN 'search_batch' THEN 'batch'
    WHEN 'search_suggest' THEN 'suggest' WHEN 'search_find' THEN 'find' ELSE 'watch' END,
    NOT COALESCE(night ? e.unit, false) AND (extract(hour FROM l.local) < opens OR extract(hour FROM l.local) >= shuts
      OR extract(isodow FROM l.local) > 5),
    line.misuse_hashes(salt, 't', t.tokens), line.misuse_hashes(salt, 't', ARRAY(SELECT v
      FROM unnest(t.tokens) w, line.misuse_variants(w) v)), line.misuse_hashes(salt, 'i', t.ids)
  FROM ledger.entry e, LATERAL (SELECT e.at AT TIME ZONE zone AS local) l,
    LATERAL (SELECT convert_from(e.body, 'UTF8')::jsonb -> 'params' AS p) b,
    LATERAL (SELECT CASE WHEN jsonb_typeof(b.p -> 'queries') = 'array' THEN b.p -> 'queries'
      WHEN jsonb_typeof(b.p -> 'lines') = 'array' AND b.p -> 'lines' <> '[]' THEN b.p -> 'lines'
      ELSE jsonb_build_array(b.p) END AS asked) a, LATERAL jsonb_array_elements(a.asked) WITH ORDINALITY q (q, n),
        LATERAL line.misuse_tokens(q.q) t
  WHERE e.index >= low AND e.index < high AND e.outcome = 'ok' AND e.account IS NOT NULL AND e.body IS NOT NULL
    AND e.name IN ('search_find', 'search_batch', 'search_suggest', 'bulk_request', 'watch_add')
      AND jsonb_typeof(q.q) = 'object'
  ON CONFLICT DO NOTHING;
END $$;

-- Look-ups of oneself, colleagues, one's household, press and officials, by what was typed.
CREATE OR REPLACE FUNCTION line.misuse_names(low bigint, high bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m record;
BEGIN
  -- One's own surname: with a household on file it takes the answer to tell whether somebody of it was meant.
  UPDATE oversight.lookup l SET surname = true WHERE l.index >= low AND l.index < high
    AND EXISTS (SELECT FROM oversight.watched w
    JOIN oversight.watched_key k ON k.watched = w.id AND k.exact WHERE w.account = l.account AND k.hash = ANY (l.words)
      AND (w.list = 'household' AND k.part = 1 OR w.list = 'account' AND w.parts > 1 AND k.part = w.parts));
  FOR m IN
    WITH met AS (
      SELECT l.entry, l.line, k.watched, count(DISTINCT k.part) AS n, count(DISTINCT k.part) FILTER (WHERE k.exact
        AND h = ANY (l.words)) AS exact,
        count(DISTINCT k.part) FILTER (WHERE k.part > 1 AND k.exact AND h = ANY (l.words)) AS address
      FROM oversight.lookup l CROSS JOIN LATERAL unnest(l.near) h JOIN oversight.watched_key k
        ON k.hash = h AND k.part > 0
      WHERE l.index >= low AND l.index < high GROUP BY 1, 2, 3),
    named AS (
      SELECT t.entry, t.line, w.id, false AS by_id, t.n, t.exact FROM met t JOIN oversight.watched w ON w.id = t.watched
        WHERE w.parts > 1 AND CASE w.list WHEN 'household' THEN t.address = w.parts - 1 ELSE t.n = w.parts
          AND t.exact >= w.parts - 1 END
      UNION ALL
      SELECT DISTINCT l.entry, l.line, k.watched, true, 0::bigint, 0::bigint FROM oversight.lookup l CROSS
        JOIN LATERAL unnest(l.ids) h
        JOIN oversight.watched_key k ON k.hash = h AND k.part = 0 WHERE l.index >= low AND l.index < high)
    SELECT l.entry, l.at, l.account, l.purpose, w.list, w.account AS whose, w.id AS watched, w.title,
      w.parts, n.by_id, n.n, n.exact,
      CASE WHEN w.list = 'press' THEN 'press' WHEN w.list = 'officials' THEN 'official' WHEN w.list = 'household'
        THEN CASE WHEN w.account = l.account THEN 'household' END
        WHEN w.account = l.account THEN 'self' ELSE 'colleague' END AS kind
    FROM named n JOIN oversight.lookup l ON l.entry = n.entry AND l.line = n.line JOIN oversight.watched w
      ON w.id = n.id ORDER BY l.index
  LOOP
    IF m.kind IS NULL THEN CONTINUE; END IF;
    PERFORM line.misuse_flag(m.kind, concat_ws(':', m.account, COALESCE(m.whose, m.watched), line.misuse_day(m.at)),
      m.account, m.purpose, CASE WHEN m.kind = 'colleague' THEN m.whose END,
      m.title, m.at, ARRAY[m.entry], CASE WHEN m.by_id THEN '{"by": "identifier"}'
        ELSE jsonb_build_object('by', CASE m.list WHEN 'household' THEN 'address' ELSE 'name' END,
        'words', m.n, 'of', m.parts, 'as_written', m.exact) END);
    UPDATE oversight.lookup l SET surname = false WHERE m.kind = 'self' AND l.entry = m.entry;
  END LOOP;
  FOR m IN SELECT DISTINCT ON (l.entry) l.entry, l.at, l.account, l.purpose FROM oversight.lookup l WHERE l.index >= low
    AND l.index < high AND l.surname
      AND NOT EXISTS (SELECT FROM oversight.watched w WHERE w.list = 'household' AND w.account = l.account) LOOP
    PERFORM line.misuse_flag('family', concat_ws(':', m.account, line.misuse_day(m.at)), m.account, m.purpose, NULL, '',
      m.at, ARRAY[m.entry], '{"by": "surname"}');
  END LOOP;
END $$;

-- What answers showed: somebody of one's household after a search for its surname, and pages that carry a watched
-- number.
CREATE OR REPLACE FUNCTION line.misuse_shown(low bigint, high bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m record; salt bytea := line.misuse_salt();
BEGIN
  FOR m IN
    WITH seen AS (
      SELECT e.entry, e.of, e.at, e.account, e.purpose, e.name, s.id FROM ledger.entry e CROSS
        JOIN LATERAL (SELECT DISTINCT x AS id FROM unnest(e.shown[1:100]) x) s
      WHERE e.index >= low AND e.index < high AND e.outcome = 'answer' AND e.account IS NOT NULL
        AND (e.name = 'entity_show'
        OR e.name IN ('search_find', 'search_batch') AND EXISTS (SELECT FROM oversight.lookup l
          WHERE l.entry = e.of AND l.surname))),
    said AS (
      SELECT s.entry, s.id, sha256(salt || convert_to(CASE WHEN w.word LIKE 'i:%' THEN 'i:' ELSE ''
        END || w.word, 'UTF8')) AS hash, w.named
      FROM (SELECT DISTINCT x.entry, x.id FROM seen x) s JOIN content.aspect a ON a.entity = s.id,
        LATERAL (SELECT regexp_replace(k, '^[0-9]+:', '') AS word, true AS named FROM unnest(a.keys) k
          WHERE k ~ '^([0-9]+:)?[ti]:'
          UNION ALL SELECT 't:' || x, false FROM unnest(tsvector_to_array(a.text)) x) w),
    met AS (
      SELECT s.entry, s.id, k.watched, count(DISTINCT k.part) FILTER (WHERE k.part = 0) AS ids, count(DISTINCT k.part)
        FILTER (WHERE k.part = 1 AND s.named) AS surname,
        count(DISTINCT k.part) FILTER (WHERE k.part > 1) AS address
      FROM said s JOIN oversight.watched_key k ON k.hash = s.hash AND k.exact GROUP BY 1, 2, 3)
    SELECT DISTINCT ON (e.entry, w.id) e.entry, e.of, e.at, e.account, e.purpose, w.list, w.account AS whose,
      w.id AS watched, w.title,
      CASE WHEN w.list = 'household' THEN 'household' WHEN w.list = 'press' THEN 'press' WHEN w.list = 'officials'
        THEN 'official' WHEN w.account = e.account THEN 'self' ELSE 'colleague' END AS kind
    FROM met t JOIN oversight.watched w ON w.id = t.watched JOIN seen e ON e.entry = t.entry AND e.id = t.id
    WHERE w.list = 'household' AND w.account = e.account AND t.surname = 1 AND t.address = w.parts - 1 AND w.parts > 1
      OR w.list <> 'household' AND t.ids > 0 AND e.name = 'entity_show'
  LOOP
    PERFORM line.misuse_flag(m.kind, concat_ws(':', m.account, COALESCE(m.whose, m.watched), line.misuse_day(m.at)),
      m.account, m.purpose, CASE WHEN m.kind = 'colleague' THEN m.whose END,
      m.title, m.at, array_remove(ARRAY[m.of, m.entry], NULL), jsonb_build_object('by', CASE m.list WHEN 'household'
        THEN 'surname and address shown' ELSE 'page with an identifier' END));
  END LOOP;
END $$;

-- Bursts outside working hours.
CREATE OR REPLACE FUNCTION line.misuse_bursts(low bigint, high bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m record; zone text := line.misuse_book('zone'); burst integer := line.misuse_book('burst')::integer;
  span interval := make_interval(mins => line.misuse_book('burst_minutes')::integer);
BEGIN
  FOR m IN
    WITH fresh AS (SELECT l.account, min(l.at) AS since FROM oversight.lookup l WHERE l.index >= low AND l.index < high
      AND l.off AND l.kind <> 'suggest' GROUP BY 1),
    off AS (
      SELECT l.entry, l.index, l.at, l.account, l.purpose,
        (l.at AT TIME ZONE zone - interval '12 hours')::date AS night,
        count(*) OVER (PARTITION BY l.account ORDER BY l.at RANGE BETWEEN span PRECEDING AND CURRENT ROW) AS n
      FROM oversight.lookup l JOIN fresh f ON f.account = l.account AND l.at >= f.since - span WHERE l.off
        AND l.line = 1 AND l.kind <> 'suggest'),
    hit AS (SELECT o.account, o.night, min(o.at) - span AS since, max(o.at) AS until, max(o.n) AS n FROM off o
      WHERE o.n >= burst AND o.index >= low GROUP BY 1, 2)
    SELECT h.account, h.night, h.until, h.n, (array_agg(o.entry ORDER BY o.index))[1:200] AS entries,
      (array_agg(o.purpose ORDER BY o.index DESC))[1] AS purpose
    FROM hit h JOIN off o ON o.account = h.account AND o.at BETWEEN h.since AND h.until GROUP BY 1, 2, 3, 4
  LOOP
    PERFORM line.misuse_flag('after_hours', concat_ws(':', m.account, m.night), m.account, m.purpose, NULL,
      '', m.until, m.entries,
      jsonb_build_object('lookups', m.n, 'minutes', extract(epoch FROM span)::integer / 60, 'at_least', burst,
        'from', line.misuse_book('day_from')::integer, 'to', line.misuse_book('day_to')::integer, 'zone', zone));
  END LOOP;
END $$;

-- Lists in pieces: of one account over all its purposes within a day, typed one by one within an hour, or shared among
-- several accounts under one purpose.
CREATE OR REPLACE FUNCTION line.misuse_pieces(low bigint, high bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m record; most integer := line.search_bulk_threshold(); zone text := line.misuse_book('zone');
BEGIN
  FOR m IN
    WITH fresh AS (SELECT DISTINCT l.account, l.purpose, l.kind FROM oversight.lookup l WHERE l.index >= low
      AND l.index < high AND l.kind IN ('find', 'batch')),
    counted AS (
      SELECT l.entry, l.index, l.at, l.account, l.purpose, 'lists of one account in 24 hours' AS how, count(*) OVER
        (PARTITION BY l.account ORDER BY l.at RANGE BETWEEN interval '24 hours' PRECEDING
        AND CURRENT ROW) AS n, l.account AS over
        FROM oversight.lookup l WHERE l.kind = 'batch' AND l.account IN (SELECT f.account FROM fresh f
          WHERE f.kind = 'batch')
      UNION ALL
      SELECT l.entry, l.index, l.at, l.account, l.purpose, 'single look-ups in an hour', count(*) OVER
        (PARTITION BY l.account ORDER BY l.at RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW), l.account
        FROM oversight.lookup l WHERE l.kind = 'find' AND l.account IN (SELECT f.account
          FROM fresh f WHERE f.kind = 'find')
      UNION ALL
      SELECT l.entry, l.index, l.at, l.account, l.purpose, 'lists of several accounts under one purpose in 24 hours',
          count(*) OVER (PARTITION BY l.purpose ORDER BY l.at RANGE BETWEEN interval '24 hours' PRECEDING
            AND CURRENT ROW), l.purpose
        FROM oversight.lookup l WHERE l.kind = 'batch' AND l.purpose IN (SELECT f.purpose FROM fresh f
          WHERE f.kind = 'batch'))
    SELECT c.how, c.over, max(c.n) AS n, max(c.at) AS at, (array_agg(DISTINCT x.entry))[1:200] AS entries,
      (array_agg(c.account ORDER BY c.index DESC))[1] AS account,
      (array_agg(c.purpose ORDER BY c.index DESC))[1] AS purpose
    FROM counted c JOIN counted x ON x.how = c.how AND x.over = c.over AND x.at <= c.at AND x.at >= c.at - CASE
      WHEN c.how LIKE 'single%' THEN interval '1 hour' ELSE interval '24 hours' END
    WHERE c.n > most AND c.index >= low AND c.index < high GROUP BY 1, 2, (c.at AT TIME ZONE zone)::date
  LOOP
    PERFORM line.misuse_flag('split', concat_ws(':', m.how, m.over, line.misuse_day(m.at)), m.account, m.purpose,
      NULL, '', m.at, m.entries,
      jsonb_build_object('people', m.n, 'threshold', most, 'counted', m.how));
  END LOOP;
END $$;

-- Days of many look-ups after which nothing was done under the purpose: told when the time for it is over.
CREATE OR REPLACE FUNCTION line.misuse_unused(low bigint, high bigint, now_at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m record; span interval := make_interval(hours => line.misuse_book('unused_hours')::integer);
least_lookups integer := line.misuse_book('unused_lookups')::integer;
  zone text := line.misuse_book('zone');
BEGIN
  INSERT INTO oversight.lookup_day AS d (account, purpose, day, lookups, first, last, entries)
    SELECT l.account, l.purpose, (l.at AT TIME ZONE zone)::date, count(*), min(l.at), max(l.at),
      (array_agg(l.entry ORDER BY l.index))[1:100]
    FROM oversight.lookup l WHERE l.index >= low AND l.index < high AND l.line = 1 AND l.kind IN ('find', 'batch')
      AND l.purpose IS NOT NULL GROUP BY 1, 2, 3
  ON CONFLICT (account, purpose, day) DO UPDATE SET lookups = d.lookups + excluded.lookups,
    last = GREATEST(d.last, excluded.last),
    entries = (d.entries || excluded.entries)[1:100];
  UPDATE oversight.lookup_day d SET used = u.at FROM (SELECT e.account, e.purpose, e.at FROM ledger.entry e
    WHERE e.index >= low AND e.index < high AND e.outcome = 'ok'
      AND e.act IN ('change', 'export', 'crossing', 'disclosure') AND e.account IS NOT NULL AND e.purpose IS NOT NULL) u
    WHERE d.used IS NULL AND u.account = d.account AND u.purpose = d.purpose AND u.at >= d.first
      AND u.at <= d.last + span;
  FOR m IN DELETE FROM oversight.lookup_day d WHERE d.last + span < now_at RETURNING d.* LOOP
    IF m.used IS NOT NULL OR m.lookups < least_lookups THEN CONTINUE; END IF;
    PERFORM line.misuse_flag('unused', concat_ws(':', m.account, m.purpose, m.day), m.account, m.purpose,
      NULL, '', m.last, m.entries,
      jsonb_build_object('lookups', m.lookups, 'hours', extract(epoch FROM span)::integer / 3600,
        'at_least', least_lookups));
  END LOOP;
END $$;

-- Two sessions of one account at once from different programs: a shared login, or a stolen one.
CREATE OR REPLACE FUNCTION line.misuse_sessions(low bigint, high bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m record;
BEGIN
  FOR m IN
    SELECT e.account, e.at, array_remove(ARRAY[(SELECT o.entry FROM ledger.entry o WHERE o.account = e.account
      AND o.name = 'session_open' AND o.outcome = 'ok'
        AND o.at BETWEEN s.opened - interval '5 seconds' AND s.opened + interval '5 seconds'
          ORDER BY abs(extract(epoch FROM o.at - s.opened)) LIMIT 1), e.entry], NULL) AS entries,
      count(*) OVER (PARTITION BY e.entry) AS n
    FROM ledger.entry e JOIN LATERAL (SELECT x.* FROM line.session x WHERE x.account = e.account
      AND x.opened BETWEEN e.at - interval '5 seconds' AND e.at + interval '5 seconds'
        ORDER BY abs(extract(epoch FROM x.opened - e.at)) LIMIT 1) t ON true
      JOIN line.session s ON s.account = t.account AND s.id <> t.id AND s.opened <= t.opened
        AND LEAST(COALESCE(s.ended, s.expires), s.expires) > t.opened AND s.client <> t.client
    WHERE e.index >= low AND e.index < high AND e.name = 'session_open' AND e.outcome = 'ok'
      AND e.account IS NOT NULL ORDER BY e.index
  LOOP
    PERFORM line.misuse_flag('sessions', concat_ws(':', m.account, line.misuse_day(m.at)), m.account, NULL, NULL, '',
      m.at, m.entries, jsonb_build_object('at_once', m.n + 1));
  END LOOP;
END $$;

-- One turn over at most so many entries: what it reads is entered first, what it found commits with how far it read.
-- callers: sequencer
CREATE OR REPLACE FUNCTION line.misuse_turn(most integer) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s oversight.misuse_state; high bigint; bodies integer; ctx line.context; now_at timestamptz; before bigint;
BEGIN
  SELECT * INTO s FROM oversight.misuse_state FOR UPDATE SKIP LOCKED;
  IF s.one IS NULL THEN RETURN jsonb_build_object('busy', true, 'more', false, 'entries', 0, 'found', 0); END IF;
  SELECT LEAST(l.size, s.position + GREATEST(most, 1)) INTO high FROM ledger.state l;
  IF high <= s.position THEN RETURN jsonb_build_object('busy', false, 'more', false, 'entries', 0, 'found', 0); END IF;
  -- Time goes on with what people do: the log's own entries (a clock that went back, a reading) may be far from it.
  SELECT count(*) FILTER (WHERE e.account IS NOT NULL AND (e.outcome = 'ok' AND e.body IS NOT NULL
      AND e.name IN ('search_find', 'search_batch', 'search_suggest', 'bulk_request', 'watch_add')
        OR e.outcome = 'answer' AND e.name = 'entity_show')), GREATEST(max(e.at) FILTER (WHERE e.account IS NOT NULL),
        s.seen) INTO bodies, now_at
    FROM ledger.entry e WHERE e.index >= s.position AND e.index < high;
  SELECT count(*) INTO before FROM oversight.flag;
  IF bodies > 0 THEN
    ctx.entry := gen_random_uuid(); ctx.act := 'read-log'; ctx.name := 'misuse_turn';
    ctx.params := jsonb_build_object('from', s.position, 'to', high);
    PERFORM line.emit(ctx.entry,
      line.head(ctx, 'ok', jsonb_build_object('counts', jsonb_build_object('bodies', bodies))),
      line.body(ctx, jsonb_build_object('why', 'misuse detectors, version ' || line.misuse_version())), false, true);
    PERFORM line.misuse_read(s.position, high);
    PERFORM line.misuse_names(s.position, high);
    PERFORM line.misuse_bursts(s.position, high);
    PERFORM line.misuse_pieces(s.position, high);
  END IF;
  PERFORM line.misuse_shown(s.position, high);
  PERFORM line.misuse_unused(s.position, high, now_at);
  PERFORM line.misuse_sessions(s.position, high);
  UPDATE oversight.lookup l SET words = NULL, near = NULL, ids = NULL WHERE l.index >= s.position AND l.index < high;
  DELETE FROM oversight.lookup l WHERE l.at < now_at - interval '3 days' AND l.index < s.position;
  UPDATE oversight.misuse_state SET position = high, seen = now_at, turned = clock_timestamp();
  RETURN jsonb_build_object('busy', false, 'more', high < (SELECT l.size FROM ledger.state l), 'entries',
    high - s.position, 'bodies', bodies,
    'found', (SELECT count(*) FROM oversight.flag) - before);
END $$;
