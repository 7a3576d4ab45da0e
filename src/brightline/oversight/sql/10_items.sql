-- How an entry is shown in a list: its head, the names in its body, the reason of its inquiry. Search words and what
-- was shown stay in the body, which one asks for entry by entry.
-- callers: reader

-- How many an act showed: what its answer's entry counts, or its own where it is both. NULL where none was told.
CREATE OR REPLACE FUNCTION ledger.found(e ledger.entry) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE jsonb_typeof(x.counts) WHEN 'object' THEN x.counts -> 'total' WHEN 'number' THEN x.counts
  END FROM (SELECT COALESCE(
    (SELECT convert_from(a.head, 'UTF8')::jsonb -> 'counts' FROM ledger.entry a WHERE a.of = e.entry
      AND a.outcome = 'answer' LIMIT 1),
    convert_from(e.head, 'UTF8')::jsonb -> 'counts') AS counts) x);

-- What a page asks of itself whoever reads it: who am I, how is the log. Overseers look at it apart from what people
-- do.
CREATE OR REPLACE FUNCTION ledger.technical(called text) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN called IN ('whoami', 'my_purposes', 'prompt_list', 'people_list', 'ledger_status', 'unit_list',
  'authority_list', 'source_list',
  'factor_list', 'notice_list', 'notices_list', 'feed_list', 'ledger_checkpoint');

CREATE OR REPLACE FUNCTION ledger.item(e ledger.entry) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head jsonb := convert_from(e.head, 'UTF8')::jsonb;
  body jsonb := CASE WHEN e.body IS NULL THEN '{}' ELSE convert_from(e.body, 'UTF8')::jsonb END;
  asked jsonb;
BEGIN
  -- An answer's own body has no reason: the question has it.
  IF e.of IS NOT NULL AND NOT body ? 'reason' THEN
    SELECT convert_from(q.body, 'UTF8')::jsonb INTO asked FROM ledger.entry q WHERE q.entry = e.of
      AND q.body IS NOT NULL;
  END IF;
  RETURN jsonb_build_object('index', e.index, 'entry', e.entry, 'at', line.stamp(e.at), 'act', e.act, 'name', e.name,
    'outcome', e.outcome, 'regime', e.regime, 'unit', e.unit, 'authority', head -> 'authority',
    'purpose_kind', head -> 'purpose_kind', 'account', body -> 'account_name', 'pseudonym', head -> 'account',
    'purpose', body -> 'purpose', 'reason', COALESCE(NULLIF(body -> 'reason', 'null'), asked -> 'reason'),
    'why', body -> 'why', 'counts', head -> 'counts', 'of', e.of, 'found', CASE WHEN e.of IS NULL
      THEN ledger.found(e) END,
    'leaf', encode(sha256('\x00'::bytea || e.leaf), 'hex'),
    'body', CASE WHEN e.body IS NULL THEN 'purged' ELSE 'kept' END);
END $$;

-- A page of entries as items: `found` in order, one more than `most` when there are more.
CREATE OR REPLACE FUNCTION ledger.page(found ledger.entry[], most integer, skip integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object(
  'items', COALESCE((SELECT jsonb_agg(ledger.item(f.e) ORDER BY f.n)
    FROM (SELECT row(u.*)::ledger.entry AS e, row_number() OVER () AS n FROM unnest(found) u) f
      WHERE f.n <= most), '[]'),
  'total', NULL, 'limit', most, 'offset', skip, 'more', cardinality(found) > most,
  '_count', LEAST(cardinality(found), most));

-- What somebody typed, as words that can be compared: small letters without accents, in the order of the text.
CREATE OR REPLACE FUNCTION ledger.tokens(said text) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN array_remove(regexp_split_to_array(regexp_replace(lower(normalize(said, NFKD)), '[\u0300-\u036f]', '',
  'g'), '[^[:alnum:]]+'), '');

-- A number is the same however it is spaced.
CREATE OR REPLACE FUNCTION ledger.digits(said text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN NULLIF(regexp_replace(said, '[^0-9]', '', 'g'), '');

-- Who asked for these words (all of them in one text, in any order) or this number: questions and refused ones, of
-- every act but reading the log, with what was typed and how many the answer showed. An attempt stands for a command
-- that was taken back; one that was done has an entry of its own.
CREATE OR REPLACE FUNCTION ledger.asked(words text[], number text, who uuid, since timestamptz, until timestamptz,
  most integer, skip integer)
RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH fitting AS (SELECT e.index, t.typed FROM ledger.entry e
      CROSS JOIN LATERAL (SELECT convert_from(e.body, 'UTF8')::jsonb -> 'params' AS params) b
      CROSS JOIN LATERAL (SELECT array_agg(DISTINCT v #>> '{}') AS typed
        FROM jsonb_path_query(b.params, 'strict $.** ? (@.type() == "string")', '{}', true) v
        WHERE ledger.tokens(v #>> '{}') @> words OR (number IS NOT NULL AND length(number) >= 3
          AND position(number IN ledger.digits(v #>> '{}')) > 0)) t
    WHERE e.of IS NULL AND e.act IN ('search', 'view', 'export', 'analysis', 'deconflict', 'change')
      AND e.body IS NOT NULL AND t.typed IS NOT NULL
      AND (e.act <> 'change' OR e.name = 'case_deconflict')
      AND (since IS NULL OR e.at >= since) AND (until IS NULL OR e.at < until) AND (who IS NULL OR e.account = who)),
  part AS (SELECT * FROM fitting f ORDER BY f.index DESC LIMIT most OFFSET skip)
  SELECT jsonb_build_object('items',
    COALESCE((SELECT jsonb_agg(ledger.item(e) || jsonb_build_object('asked', to_jsonb(f.typed[1:5]),
      'found', ledger.found(e)) ORDER BY f.index DESC) FROM part f JOIN ledger.entry e ON e.index = f.index), '[]'),
    'total', (SELECT count(*) FROM fitting), 'limit', most, 'offset', skip, 'more', (SELECT count(*)
      FROM fitting) > skip + most,
    '_count', (SELECT count(*) FROM part))
$$;
