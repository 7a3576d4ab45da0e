-- A rulebook as the line itself judges it: what differs, which of that weakens a guard, and the floor that no book goes
-- below. Pure code says the same (rulebook_diff.py, rulebook_check.py, proof/), and more; a test holds the two against
-- each other.
-- callers: none

-- Every value with its path; a list is a value. By paths, not dotted keys: a name may hold a dot.
CREATE OR REPLACE FUNCTION line.rulebook_flat(book jsonb) RETURNS TABLE (path text[], value jsonb)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE flat AS (
    SELECT ARRAY[e.key] AS path, e.value FROM jsonb_each(book) e
    UNION ALL SELECT f.path || e.key, e.value FROM flat f
      CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(f.value) WHEN 'object' THEN f.value ELSE '{}' END) e)
  SELECT f.path, f.value FROM flat f WHERE jsonb_typeof(f.value) <> 'object'
$$;

-- Which way is stricter, by the first pattern that fits; a key that nobody has placed is a guard.
CREATE OR REPLACE FUNCTION line.rulebook_sense(key text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT COALESCE((SELECT s.sense FROM (SELECT v.*, row_number() OVER () AS n FROM (VALUES
      ('version', 'neutral'), ('bulk_threshold', 'less is stricter'), ('second_approver_above', 'less is stricter'),
  ('bulk.sample_*', 'more is stricter'), ('bulk.*', 'less is stricter'), ('misuse.zone', 'any change weakens'),
  ('misuse.night_units', 'fewer is stricter'), ('misuse.day_from', 'more is stricter'),
    ('misuse.burst_minutes', 'more is stricter'),
  ('misuse.*', 'less is stricter'), ('accounts.second_factor', 'a longer list is stricter'),
    ('accounts.over', 'any change weakens'),
  ('accounts.young_days', 'more is stricter'), ('accounts.*', 'less is stricter'),
    ('inquiry.shortest_reason', 'more is stricter'),
  ('inquiry.aims', 'neutral'),
  ('inquiry.*', 'less is stricter'), ('prompts.*', 'neutral'), ('review.*', 'more is stricter'),
  ('reason.stock', 'a longer list is stricter'), ('reason.most_alike', 'less is stricter'),
    ('reason.*', 'more is stricter'),
  ('crossing.longest_days', 'less is stricter'), ('crossing.shortest_*', 'more is stricter'),
    ('crossing.emergency_*', 'less is stricter'),
  ('retention.longest_years', 'less is stricter'), ('notice.weakening_days', 'more is stricter'),
    ('categories.*', 'fewer is stricter'),
  ('protected.*', 'a longer list is stricter'), ('caveats', 'fewer is stricter'), ('open_caveats', 'fewer is stricter'),
  ('clearable.*', 'fewer is stricter'), ('case_born.*', 'fewer is stricter'),
    ('silent_caveats', 'a longer list is stricter'),
  ('pointers.highest_tier', 'less is stricter'), ('roles.*', 'fewer is stricter'),
    ('chains.*.decides', 'fewer is stricter'),
  ('chains.*.outside', 'a longer list is stricter'), ('chains.*.checked', 'a longer list is stricter'),
    ('chains.*.hears', 'a longer list is stricter'),
  ('mandatory.*', 'a longer list is stricter'), ('crossing_ends', 'a longer list is stricter'),
    ('authorities.*.title', 'neutral'),
  ('authorities.*.processes', 'fewer is stricter'), ('authorities.*.valid_to', 'earlier is stricter'),
    ('agreements.*.regimes', 'fewer is stricter'),
  ('agreements.*.pointer_tier', 'less is stricter'), ('agreements.*.expires', 'earlier is stricter'),
    ('units.*.title', 'neutral')) v (pattern, sense)) s
    WHERE key LIKE replace(replace(s.pattern, '_', '\_'), '*', '%') ORDER BY s.n LIMIT 1), 'any change weakens')
$$;

-- Does the list `one` hold something that `other` doesn't? What is no list, and isn't missing, counts as a yes.
CREATE OR REPLACE FUNCTION line.rulebook_beyond(one jsonb, other jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN jsonb_typeof(COALESCE(one, '[]')) <> 'array'
  OR jsonb_typeof(COALESCE(other, '[]')) <> 'array' THEN true
  ELSE NOT COALESCE(one, '[]') <@ COALESCE(other, '[]') END;

CREATE OR REPLACE FUNCTION line.rulebook_weaker(sense text, old jsonb, new jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN COALESCE(CASE sense WHEN 'neutral' THEN false
  WHEN 'less is stricter' THEN NOT (jsonb_typeof(old) = 'number' AND jsonb_typeof(new) = 'number' AND new < old)
  WHEN 'more is stricter' THEN NOT (jsonb_typeof(old) = 'number' AND jsonb_typeof(new) = 'number' AND new > old)
  WHEN 'fewer is stricter' THEN line.rulebook_beyond(new, old)
  WHEN 'a longer list is stricter' THEN line.rulebook_beyond(old, new)
  WHEN 'earlier is stricter' THEN NOT (old IS NULL OR jsonb_typeof(old) = 'string' AND jsonb_typeof(new) = 'string'
    AND (new #>> '{}') COLLATE "C" < (old #>> '{}') COLLATE "C")
  ELSE true END, true);

CREATE OR REPLACE FUNCTION line.rulebook_said(v jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN v IS NULL THEN 'nothing' WHEN jsonb_typeof(v) = 'boolean' THEN initcap(v #>> '{}')
  WHEN jsonb_typeof(v) <> 'array' THEN v #>> '{}'
  WHEN jsonb_array_length(v) > 12 THEN format('a list of %s', jsonb_array_length(v))
  ELSE '[' || COALESCE((SELECT string_agg(e #>> '{}', ', ' ORDER BY n)
    FROM jsonb_array_elements(v) WITH ORDINALITY x (e, n)), '') || ']' END;

-- [{key, old, new, weakens, words}] of every path that differs, those that weaken first.
CREATE OR REPLACE FUNCTION line.rulebook_difference(old jsonb, new jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('key', d.key, 'old', d.was, 'new', d.now,
  'weakens', d.weakens, 'words',
      format('%s: %s → %s', d.key, line.rulebook_said(d.was), line.rulebook_said(d.now)) || CASE WHEN d.weakens
        THEN format(' (weaker: %s)', d.sense) ELSE '' END)
    ORDER BY d.weakens DESC, d.key COLLATE "C"), '[]')
  FROM (SELECT p.key, p.was, p.now, p.sense, line.rulebook_weaker(p.sense, p.was, p.now) AS weakens
    FROM (SELECT array_to_string(COALESCE(n.path, o.path), '.') AS key, o.value AS was, n.value AS now,
        line.rulebook_sense(array_to_string(COALESCE(n.path, o.path), '.')) AS sense
      FROM line.rulebook_flat(old) o FULL JOIN line.rulebook_flat(new) n ON n.path = o.path
        WHERE o.value IS DISTINCT FROM n.value) p) d);

CREATE OR REPLACE FUNCTION line.rulebook_weakening(difference jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(c ORDER BY n), '[]') FROM jsonb_array_elements(difference) WITH ORDINALITY x (c, n)
  WHERE (c ->> 'weakens')::boolean);

-- How many days a weakening waits: the longer notice of both books, since none shortens the notice of its own
-- weakening.
CREATE OR REPLACE FUNCTION line.rulebook_days(old jsonb, new jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN GREATEST(COALESCE((old #>> '{notice,weakening_days}')::numeric, 7),
  COALESCE((new #>> '{notice,weakening_days}')::numeric, 7))::integer;

-- --------------------------------------------------------------------------------------------------- the floor

-- A list of words at a path; NULL where there is none.
CREATE OR REPLACE FUNCTION line.rulebook_words(book jsonb, key text) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN jsonb_typeof(book #> string_to_array(key, '.')) = 'array'
  THEN ARRAY(SELECT jsonb_array_elements_text(book #> string_to_array(key, '.'))) END;

-- What is a mapping at a path; an empty one where there is none.
CREATE OR REPLACE FUNCTION line.rulebook_keys(book jsonb, key text) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE jsonb_typeof(book #> string_to_array(key, '.')) WHEN 'object'
  THEN book #> string_to_array(key, '.') ELSE '{}' END;

-- What no book may say, whoever proved it: numbers that law fixes, lists that may only grow, and the six promises as
-- far as they hang on the book's own words. The first thing wrong, or NULL.
CREATE OR REPLACE FUNCTION line.rulebook_floor(book jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT w.wrong FROM (
    SELECT 1 AS n, format('%s is %s, and law fixes %s to %s', v.key,
      COALESCE((book #> string_to_array(v.key, '.'))::text, 'missing'),
        COALESCE(v.least::text, 'any'), COALESCE(v.most::text, 'any')) AS wrong
    FROM (VALUES
      ('bulk.error_most', 0, 1), ('bulk.hit_days', 1, NULL), ('bulk.run_days', 1, NULL), ('bulk.sample_least', 1, NULL),
      ('bulk.sample_most', 1, NULL), ('bulk.sample_percent', 1, 100), ('bulk_threshold', 1, NULL),
        ('crossing.emergency_hours', 1, 24),
      ('crossing.emergency_items', 1, 50), ('crossing.emergency_per_unit', 0, NULL), ('crossing.longest_days', 1, NULL),
        ('crossing.shortest_alternatives', 20, NULL),
      ('crossing.shortest_decision', 20, NULL), ('crossing.shortest_necessity', 40, NULL), ('inquiry.acts', 1, NULL),
        ('inquiry.hours', 1, 24),
      ('inquiry.shortest_reason', 40, NULL), ('misuse.burst', 2, NULL), ('misuse.burst_minutes', 1, 1440),
        ('misuse.day_from', 0, 24),
      ('misuse.day_to', 0, 24), ('misuse.unused_hours', 1, 744), ('misuse.unused_lookups', 1, NULL),
        ('notice.weakening_days', 1, NULL),
      ('pointers.highest_tier', 0, 3), ('reason.colleague_days', 1, NULL), ('reason.colleagues', 1, NULL),
        ('reason.most_alike', 0, 99),
      ('reason.own_words', 1, NULL), ('reason.remembered', 5, NULL), ('retention.longest_years', 1, 5),
        ('review.least', 20, NULL),
      ('review.percent', 1, 100), ('second_approver_above', 0, 25)) v (key, least, most)
    WHERE CASE WHEN jsonb_typeof(book #> string_to_array(v.key, '.')) = 'number'
      THEN NOT (book #>> string_to_array(v.key, '.'))::numeric BETWEEN COALESCE(v.least, '-Infinity'::numeric)
        AND COALESCE(v.most, 'Infinity'::numeric)
      ELSE true END
    UNION ALL
    SELECT 2, format('%s must hold %s', v.key, array_to_string(v.needed, ', ')) FROM (VALUES
      ('reason.stock', '{business,case,investigation,official,work}'::text[]),
      ('silent_caveats', '{covert,oversight,protected,sealed,unlawful}'::text[]),
      ('protected.categories', '{victim}'::text[]),
      ('protected.caveats', '{protected}'::text[]),
      ('mandatory.encounter', '{authority,basis,outcome,place,selection}'::text[]),
      ('chains.crossing.hears', '{custodian,supervisor}'::text[]),
      -- Each of them shuts what a crossing opened.
      ('crossing_ends', '{expiry,revocation,closing}'),
      -- Who asked, gains or gives doesn't decide.
      ('chains.crossing.outside', '{requester,beneficiary,custodian}'),
        ('chains.crossing.checked', '{request,decision}'),
      ('chains.clearance.outside', '{requester,beneficiary}'), ('chains.clearance.checked', '{decision}'),
      ('chains.case.outside', '{requester}'), ('chains.disclosure.outside', '{requester}'),
        ('chains.operation.outside', '{requester}'),
      ('chains.purge.outside', '{requester}'), ('chains.rulebook.outside', '{requester}'),
        ('category_order', '{suspect,convicted,victim,witness,associate,other,uncategorised}')) v (key, needed)
    WHERE NOT COALESCE(line.rulebook_words(book, v.key) @> v.needed, false)
    UNION ALL
    SELECT 3, format('%s must stay empty', v.key)
      FROM (VALUES ('categories.uncategorised'), ('clearable.unlawful')) v (key)
    WHERE cardinality(COALESCE(line.rulebook_words(book, v.key), '{}')) > 0
    UNION ALL
    SELECT 4, format('categories.%s isn''t mapped', c)
      FROM unnest('{suspect,convicted,victim,witness,associate,other,uncategorised}'::text[]) c
      WHERE line.rulebook_words(book, 'categories.' || c) IS NULL
    UNION ALL
    SELECT 5, format('case_born.%s opens it to another regime', r)
      FROM unnest('{criminal,civil,regulatory,oversight}'::text[]) r
    WHERE NOT COALESCE(line.rulebook_words(book, 'case_born.' || r) <@ ARRAY[r], false)
    UNION ALL
    -- What may be open without a clearance is never what is silent, nor what no crossing brings into civil enforcement.
    SELECT 6, format('open_caveats holds %s', c) FROM unnest(line.rulebook_words(book, 'open_caveats')) c
    WHERE c = ANY (line.rulebook_words(book, 'silent_caveats') || line.rulebook_words(book, 'protected.caveats'))
    UNION ALL
    SELECT 7, format('categories.%s lets civil work see the protected', c)
      FROM unnest(line.rulebook_words(book, 'protected.categories')) c
    WHERE 'civil' = ANY (line.rulebook_words(book, 'categories.' || c))
    UNION ALL
    SELECT 7, format('clearable.%s lets civil work be cleared for the protected', c)
      FROM unnest(line.rulebook_words(book, 'protected.caveats')) c
    WHERE 'civil' = ANY (line.rulebook_words(book, 'clearable.' || c))
    UNION ALL
    -- What is made of two takes the category that stands first: whoever sees that one must see the other, and the
    -- protected stand before all.
    SELECT 8, format('category_order puts %s before %s', a.c, b.c)
      FROM unnest(line.rulebook_words(book, 'category_order')) WITH ORDINALITY a (c, n)
      JOIN unnest(line.rulebook_words(book, 'category_order')) WITH ORDINALITY b (c, n) ON b.n > a.n
    WHERE NOT COALESCE(line.rulebook_words(book, 'categories.' || a.c) <@ line.rulebook_words(book,
      'categories.' || b.c), false)
      OR b.c = ANY (line.rulebook_words(book, 'protected.categories'))
        AND a.c <> ALL (line.rulebook_words(book, 'protected.categories'))
    UNION ALL
    SELECT 9, format('derived.%s must be %s', v.key, v.must)
      FROM (VALUES ('origins', 'all'), ('caveats', 'all'), ('category', 'first'),
      ('retention', 'shortest')) v (key, must)
    WHERE book #>> ARRAY['derived', v.key] IS DISTINCT FROM v.must
    UNION ALL
    SELECT 9, format('log.%s can''t be %s', e.key, e.value) FROM jsonb_each_text(line.rulebook_keys(book, 'log')) e
    WHERE e.value IS DISTINCT FROM 'flushed' AND NOT (e.key = 'change' AND e.value = 'committed')
    UNION ALL
    SELECT 9, format('log.%s is missing', k) FROM unnest('{query,attempt,refusal,change}'::text[]) k
      WHERE NOT line.rulebook_keys(book, 'log') ? k
    UNION ALL
    SELECT 10, format('roles.%s sees content and the log of everybody''s reading', r.key)
      FROM jsonb_each(line.rulebook_keys(book, 'roles')) r
    WHERE r.value ?| '{case,lead}' AND r.value ? 'oversight'
    UNION ALL
    SELECT 11, format('crossing.instruments.%s names a caveat that no paper opens', k)
      FROM jsonb_object_keys(line.rulebook_keys(book, 'crossing.instruments')) k
    WHERE k = ANY ('{covert,protected,oversight,unlawful,crossed}')
  ) w ORDER BY w.n, w.wrong LIMIT 1
$$;
