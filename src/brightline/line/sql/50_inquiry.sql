-- Rule 40: a reason is a sentence, one's own, and not the same one again. What the person was asked is kept with it.
-- callers: none

-- Words as they read, however they are written: compatibility forms as the plain ones, accents away (those that a
-- decomposition makes: the vowel signs of other scripts are letters of theirs), nothing that can't be seen, lower case,
-- one space between.
CREATE OR REPLACE FUNCTION line.fold_reason(t text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN btrim(regexp_replace(lower(translate(normalize(regexp_replace(normalize(t, NFKD),
    '[\u00AD\u0300-\u036F\u0600-\u0605\u061C\u06DD\u070F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u1AB0-\u1AFF'
    '\u1DC0-\u1DFF\u200B-\u200F\u202A-\u202E'
    '\u2060-\u206F\u20D0-\u20FF\u3164\uFE00-\uFE0F\uFE20-\uFE2F\uFEFF\uFFA0\uFFF9-\uFFFB\U0001BCA0-\U0001BCA3'
    '\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]',
    '', 'g'), NFKC), '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९', '012345678901234567890123456789')), '[^[:alnum:]]+', ' ', 'g'));

-- Do these words carry that value, both folded? Letters may stand apart or together, but the value begins and ends
-- where a word does; of a number its digits count, with at most three other characters between two of them. Values of
-- fewer than five letters or digits say too little. What is translated, turned round or written in look-alike letters
-- is another value.
CREATE OR REPLACE FUNCTION line.carried(words text, value text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE bare text := replace(value, ' ', ''); number boolean := bare ~ '^[0-9]+$';
BEGIN
  IF words IS NULL OR length(bare) < 5 OR length(bare) > 500 THEN RETURN length(bare) > 500
    AND position(' ' || value || ' ' IN ' ' || words || ' ') > 0; END IF;
  IF number THEN
    RETURN position(bare IN regexp_replace(words, '[^0-9]', '', 'g')) > 0
      AND words ~ ('(^|[^0-9])' || array_to_string(regexp_split_to_array(bare, ''), '[^0-9]{0,3}') || '($|[^0-9])');
  END IF;
  RETURN position(bare IN replace(words, ' ', '')) > 0
    AND ' ' || words || ' ' ~ (' ' || array_to_string(regexp_split_to_array(bare, ''), ' ?') || ' ');
END $$;

-- ------------------------------------------------------------------------------- what a person is asked

-- The questions in force, each with its version: the first 16 hex digits of its text's SHA-256.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.accounts_prompts() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('name', e.key, 'version',
  left(encode(sha256(convert_to(e.value, 'UTF8')), 'hex'), 16),
    'text', e.value) ORDER BY e.key), '[]') FROM jsonb_each_text(line.rule('prompts')) e);
ALTER FUNCTION line.accounts_prompts() OWNER TO brightline_line;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.accounts_aims() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.rule('inquiry.aims');
ALTER FUNCTION line.accounts_aims() OWNER TO brightline_line;

-- The rulebook's figures that a screen tells and counts by, each as it works here: the law's own bound is in it.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.accounts_limits() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('shortest_reason', line.rule_int('inquiry.shortest_reason'), 'own_words',
  line.rule_int('reason.own_words'),
  'inquiry_hours', line.rule_int('inquiry.hours'), 'inquiry_acts', line.rule_int('inquiry.acts'),
  'crossing_days', line.rule_int('crossing.longest_days'),
  'shortest_necessity', GREATEST(line.rule_int('crossing.shortest_necessity'),
    line.rule_int('inquiry.shortest_reason')),
  'shortest_alternatives', line.rule_int('crossing.shortest_alternatives'), 'shortest_decision',
    line.rule_int('crossing.shortest_decision'),
  'emergency_hours', LEAST(line.rule_int('crossing.emergency_hours'), 24), 'emergency_items',
    line.rule_int('crossing.emergency_items'),
  'glass_hours', LEAST(line.account_rule('glass_hours', 4), 4), 'recertify_days',
    line.account_rule('recertify_days', 92),
  'review_percent', line.rule_int('review.percent'), 'review_least', line.rule_int('review.least'));
ALTER FUNCTION line.accounts_limits() OWNER TO brightline_line;

-- The questions behind these answers, for the entry: [{name, version, text, shown}]. `shown` is true where the caller
-- said which version the person read; an older one than that in force is refused, so nobody answers a question that
-- nobody put.
CREATE OR REPLACE FUNCTION line.prompts_asked(names text[], p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE told jsonb := COALESCE(NULLIF(p -> 'prompts', 'null'), '{}'); asked jsonb; one jsonb; made jsonb := '[]';
BEGIN
  IF jsonb_typeof(told) <> 'object' THEN PERFORM line.bad('prompts', 'must map each question to its version',
    'See GET /prompts.'); END IF;
  FOR one IN SELECT x FROM jsonb_array_elements(line.accounts_prompts()) x WHERE x ->> 'name' = ANY (names) LOOP
    IF jsonb_exists(told, one ->> 'name') AND told ->> (one ->> 'name') IS DISTINCT FROM one ->> 'version' THEN
      RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'prompt', DETAIL = jsonb_build_object('code', 'prompt',
        'detail', format('The question for the %s reads otherwise now.', one ->> 'name'), 'hint',
          'Read it again and answer that.')::text; END IF;
    INSERT INTO line.prompt (version, name, text) VALUES (one ->> 'version', one ->> 'name', one ->> 'text')
      ON CONFLICT DO NOTHING;
    made := made || (one || jsonb_build_object('shown', jsonb_exists(told, one ->> 'name')));
  END LOOP;
  RETURN made;
END $$;
ALTER FUNCTION line.prompts_asked(text[], jsonb) OWNER TO brightline_line;

-- ------------------------------------------------------------------------------------------ the reason

-- Is this reason all but the same as one of a colleague's lately?
CREATE OR REPLACE FUNCTION line.reason_of_another(who uuid, mine text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.inquiry i WHERE i.folded = mine AND i.account <> who
    AND i.opened > clock_timestamp() - make_interval(days => line.rule_int('reason.colleague_days')))
  OR EXISTS (SELECT FROM (SELECT i.folded FROM line.inquiry i WHERE i.account <> who
      AND i.opened > clock_timestamp() - make_interval(days => line.rule_int('reason.colleague_days'))
      ORDER BY i.opened DESC LIMIT line.rule_int('reason.colleagues')) l
    WHERE ext.similarity(l.folded, mine) * 100 > line.rule_int('reason.most_alike'));
ALTER FUNCTION line.reason_of_another(uuid, text) OWNER TO brightline_line;

-- What is wrong with the words themselves, whoever wrote them: too short, stock, padded, or the question given back.
CREATE OR REPLACE FUNCTION line.reason_words_fault(reason text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  stock text[] := line.rule_texts('reason.stock'); least_own integer := line.rule_int('reason.own_words');
  shortest integer := line.rule_int('inquiry.shortest_reason'); said integer := length(btrim(reason));
  words text[] := string_to_array(line.fold_reason(reason), ' '); own text[]; asked text[]; bare integer;
BEGIN
  IF said < shortest THEN
    RETURN ARRAY['reason_short',
      format('The reason has %s characters; a sentence of at least %s is needed.', said, shortest),
      'Say what you expect to learn about whom or what, and which fact leads you to it.'];
  END IF;
  own := ARRAY(SELECT DISTINCT w FROM unnest(words) w WHERE NOT w = ANY (stock) AND length(w) > 1);
  IF cardinality(own) < least_own THEN
    RETURN ARRAY['reason_stock', 'The reason is made of stock words and says nothing of this inquiry.',
      'Name the fact, the person or the transaction that leads you to it.'];
  END IF;
  -- Each word once, one space between: what punctuation, blanks and repetition leave over.
  bare := (SELECT sum(length(w) + 1) - 1 FROM (SELECT DISTINCT w FROM unnest(words) w) d);
  IF bare < shortest * 0.75 OR cardinality(words) > 2 * (SELECT count(DISTINCT w) FROM unnest(words) w)
    OR reason ~* '([[:alpha:]])\1{3,}' THEN
    RETURN ARRAY['reason_padded',
      format('Without repeated words, letters and signs, %s characters of the reason are left.', bare),
      'Say it once and say more: whom or what, which fact, what you expect to learn.'];
  END IF;
  asked := ARRAY(SELECT DISTINCT w FROM jsonb_each_text(line.rule('prompts')) e,
    unnest(string_to_array(line.fold_reason(e.value), ' ')) w);
  IF (SELECT count(*) FROM unnest(own) w WHERE NOT w = ANY (asked)) < least_own THEN
    RETURN ARRAY['reason_prompt', 'The reason gives the question back instead of answering it.',
      'Answer it: the name, the payment, the statement that leads you there.'];
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION line.reason_words_fault(text) OWNER TO brightline_line;

-- One test for every reason, finding and predicate that a call states in the field `k`: the words' own, and that they
-- are nobody's said before (`others`). What others said is compared as it reads, not letter by letter. Of a long text
-- its beginning is judged: a page repeats its small words.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.said(p jsonb, k text, others text[], most integer DEFAULT 4000) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE t text := COALESCE(line.text(p, k, most), ''); fault text[] := line.reason_words_fault(left(t, 600));
BEGIN
  IF fault IS NOT NULL THEN
    PERFORM line.bad(k, CASE fault[1] WHEN 'reason_short'
      THEN format('has fewer than %s characters', line.rule_int('inquiry.shortest_reason'))
        WHEN 'reason_stock' THEN 'is made of stock words and says nothing of this matter'
        WHEN 'reason_padded' THEN 'repeats words, letters or signs instead of saying something'
        ELSE 'gives the question back instead of answering it'
          END, 'State facts, in a sentence of your own: who, what, where it was seen.');
  END IF;
  IF EXISTS (SELECT FROM unnest(others) o WHERE ext.similarity(line.fold_reason(o), line.fold_reason(t)) * 100 >
    line.rule_int('reason.most_alike')) THEN
    PERFORM line.bad(k, 'repeats what was said of this before',
      'Say in your own words what you looked at and what it shows.');
  END IF;
  RETURN t;
END $$;
ALTER FUNCTION line.said(jsonb, text, text[], integer) OWNER TO brightline_line;

-- What is wrong with this reason from this person; NULL when nothing is. [code, detail, hint]
CREATE OR REPLACE FUNCTION line.reason_fault(who uuid, reason text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine text := line.fold_reason(reason); fault text[] := line.reason_words_fault(reason);
BEGIN
  IF fault IS NOT NULL THEN RETURN fault; END IF;
  IF EXISTS (SELECT FROM (SELECT i.folded FROM line.inquiry i WHERE i.account = who ORDER BY i.opened DESC
    LIMIT line.rule_int('reason.remembered')) l
      WHERE ext.similarity(l.folded, mine) * 100 > line.rule_int('reason.most_alike')) THEN
    RETURN ARRAY['reason_repeated', format('The reason repeats one of your last %s.',
      line.rule_int('reason.remembered')),
      'Go on under the inquiry that is open (its id: --inquiry, BRIGHTLINE_INQUIRY or X-Inquiry), or say what is new.'];
  END IF;
  IF line.reason_of_another(who, mine) THEN
    RETURN ARRAY['reason_copied', 'The reason is a colleague''s.',
      'Say in your own words what you expect to learn, and which fact leads you to it.'];
  END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION line.reason_fault(uuid, text) OWNER TO brightline_line;

-- Opens an inquiry under the context's purpose. Others of this person there stay open, so that a second window doesn't
-- end what the first works under; of more than eight the oldest end. `aim`: the kind of act.
DROP FUNCTION IF EXISTS line.inquiry_open(line.context, text);
-- callers: writer
CREATE OR REPLACE FUNCTION line.inquiry_open(ctx line.context, reason text, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fault text[] := line.reason_fault(ctx.account, reason); kind text := lower(line.text(p, 'aim', 40));
  asked jsonb := line.prompts_asked(ARRAY['inquiry'], p); made line.inquiry;
BEGIN
  IF fault IS NOT NULL THEN PERFORM line.refuse(ctx, fault[1], fault[2], fault[3]); END IF;
  IF kind IS NOT NULL AND NOT kind = ANY (line.rule_texts('inquiry.aims')) THEN
    PERFORM line.bad('aim', 'is unknown', array_to_string(line.rule_texts('inquiry.aims'), ', ') || '.'); END IF;
  UPDATE line.inquiry i SET ended = clock_timestamp()
    WHERE i.id IN (SELECT o.id FROM line.inquiry o WHERE o.account = ctx.account
      AND o.purpose = ctx.purpose AND o.ended IS NULL
      ORDER BY o.opened DESC OFFSET 7);
  INSERT INTO line.inquiry (account, purpose, reason, folded, aim, prompt, entry)
    VALUES (ctx.account, ctx.purpose, btrim(inquiry_open.reason), line.fold_reason(inquiry_open.reason), kind,
      asked -> 0 ->> 'version', ctx.entry)
    RETURNING * INTO made;
  RETURN jsonb_build_object('id', made.id, 'purpose', ctx.purpose_key, 'reason', made.reason, 'aim',
    made.aim, 'prompt', made.prompt,
    'opened', line.stamp(made.opened), 'expires',
      line.stamp(made.opened + make_interval(hours => line.rule_int('inquiry.hours'))),
    'acts_left', line.rule_int('inquiry.acts'), 'acts_max', line.rule_int('inquiry.acts'), '_prompt', asked);
END $$;
ALTER FUNCTION line.inquiry_open(line.context, text, jsonb) OWNER TO brightline_line;

-- The sequencer counts acts as it integrates entries: [{"inquiry", "n"}]. A read needn't write a row for it.
-- An inquiry that somebody holds locked in an open transaction isn't waited for: one caller who never commits would
-- else keep the whole log from growing. Its acts lie in line.uncounted, where the limit sees them, until the row is
-- free.
CREATE OR REPLACE FUNCTION line.count_acts(counts jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE free uuid[];
BEGIN
  INSERT INTO line.uncounted AS u (inquiry, acts)
    SELECT i.id, sum((c ->> 'n')::integer) FROM jsonb_array_elements(counts) c JOIN line.inquiry i
      ON i.id = (c ->> 'inquiry')::uuid
    GROUP BY i.id
    ON CONFLICT (inquiry) DO UPDATE SET acts = u.acts + excluded.acts;
  free := ARRAY(SELECT i.id FROM line.inquiry i JOIN line.uncounted u ON u.inquiry = i.id FOR UPDATE OF i SKIP LOCKED);
  UPDATE line.inquiry i SET acts = i.acts + u.acts FROM line.uncounted u WHERE u.inquiry = i.id AND i.id = ANY (free);
  DELETE FROM line.uncounted u WHERE u.inquiry = ANY (free);
END $$;
ALTER FUNCTION line.count_acts(jsonb) OWNER TO brightline_line;
