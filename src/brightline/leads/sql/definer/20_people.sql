-- When two entries are of one person, towards not acting: an identifier that belongs to one alone, or the same words of
-- a name in any order with a birth date that doesn't speak against it. And what stops a lead, whichever function moves
-- it.
-- callers: writer

-- The words of a name, folded and in one order.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_name_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(string_agg(w, ' ' ORDER BY w COLLATE "C"), '')
  FROM unnest(string_to_array(line.fold_reason(COALESCE(name, '')), ' ')) w WHERE w <> '');

-- What forms are filled with where nothing is known.
CREATE OR REPLACE FUNCTION line.leads_filler(value text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v text := regexp_replace(upper(COALESCE(value, '')), '[^0-9[:alpha:]]', '', 'g');
BEGIN
  RETURN length(v) < 2 OR v ~ '^(.)\1*$'
    OR (length(v) > 3 AND ('01234567890' LIKE v || '%' OR '1234567890' LIKE v || '%'))
    OR v = ANY (ARRAY['UNKNOWN', 'UNK', 'NA', 'NONE', 'NIL', 'NULL', 'TBD', 'NOTKNOWN', 'NOTAVAILABLE', 'NOTAPPLICABLE',
      'NOTSTATED', 'NOTGIVEN', 'MISSING',
      'PENDING', 'APPLIEDFOR', 'LOST', 'STOLEN', 'REFUSED', 'NOPASSPORT', 'NONUMBER', 'NOID', 'TEST', 'DUMMY',
        'INCONNU', 'DESCONOCIDO', 'UNBEKANNT', 'KEINE']);
END $$;

-- Nor does what whole households share tell one person from another.
-- (Asked of every identifier of every row of a file: in PL/pgSQL, which is planned once in a session and not once in
-- each statement.)
CREATE OR REPLACE FUNCTION line.leads_weak(type text, value text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN type = ANY (ARRAY['phone', 'email', 'address', 'addressEntity', 'website', 'ipAddress',
    'postalCode', 'name', 'birthDate'])
    OR line.leads_filler(value);
END $$;

-- `wide`: as a claim is kept; otherwise as somebody is looked up. A birth date that either lacks speaks against
-- nothing, and day and month may have changed places.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_person_keys(names text[], birth text, identifiers text[],
  wide boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE(identifiers, '{}') || ARRAY(SELECT DISTINCT 'name:' || line.leads_name_key(n) || '|' || d
  FROM unnest(names) n, unnest(CASE
    WHEN wide AND birth IS NULL THEN ARRAY['any'] WHEN wide
      THEN ARRAY[birth, regexp_replace(birth, '^(\d{4})-(\d\d)-(\d\d)$', '\1-\3-\2'), 'unknown']
    WHEN birth IS NULL THEN ARRAY['unknown', 'any'] ELSE ARRAY[birth, 'any'] END) d WHERE line.leads_name_key(n) <> '');

-- A firm is known by its numbers alone: names of firms are no person's.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_keys(of_lead uuid, wide boolean) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.leads_person_keys(
  ARRAY(SELECT n FROM leads.content c, jsonb_array_elements_text(c.properties -> 'name') n WHERE c.lead = of_lead
    AND c.schema = 'Person'),
  (SELECT c.properties #>> '{birthDate,0}' FROM leads.content c WHERE c.lead = of_lead),
  ARRAY(SELECT 'id:' || i.type || ':' || i.value FROM leads.identifier i WHERE i.lead = of_lead
    AND NOT line.leads_weak(i.type, i.value) ORDER BY 1), wide);

-- By which a person is known again of whom two people found something: nothing is read back from it, and without the
-- secret nobody makes one to compare with.
-- callers: none
CREATE OR REPLACE FUNCTION line.leads_mark(key text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT substr(sha256(s.value || convert_to('finding' || E'\x01' || key, 'UTF8')), 1, 16) FROM line.secret s
  WHERE s.name = 'pseudonym');

-- Which of the keys bind for good: a mere name, and a name whose birth date isn't known, tell nobody apart.
-- callers: none
CREATE OR REPLACE FUNCTION line.leads_binding(keys text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT k FROM unnest(keys) k WHERE k !~ '\|(any|unknown)$' ORDER BY 1);

-- The finding of before that is about this person, of a lead that was purged since.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_finding(wanted text[]) RETURNS SETOF leads.finding
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT g.* FROM leads.finding g WHERE g.marks && (SELECT array_agg(line.leads_mark(w))
    FROM unnest(line.leads_binding(wanted)) w)
    ORDER BY g.found DESC, g.id LIMIT 1
$$;

-- Is a claim of this person's open, or upheld? One register of leads and operations. What was upheld of a mere name
-- binds nobody else of that name; as long as it isn't settled, the name suffices.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_held_of(wanted text[]) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  -- In PL/pgSQL, with one plan: a list of leads asks this of each, and to plan it takes four times as long as to look.
  RETURN (SELECT max(x.state) FROM (
  SELECT h.state FROM leads.hold h WHERE h.state IN ('open', 'upheld') AND h.keys && CASE h.state WHEN 'open'
    THEN wanted ELSE line.leads_binding(wanted) END
  UNION ALL SELECT 'upheld' FROM line.leads_finding(wanted)
  UNION ALL
  SELECT CASE WHEN s.against THEN 'upheld' ELSE 'open' END FROM operations.hold h
    JOIN operations.person q ON q.id = h.person,
    LATERAL (SELECT COALESCE(bool_or(c.finding <> 'not supported'), false) AS against,
      count(DISTINCT c.account) AS looked
      FROM operations.clearance c WHERE c.hold = h.id) s
    WHERE (s.against OR s.looked < 2) AND line.leads_person_keys(ARRAY[q.name], q.birth_date::text, q.ids, true) && CASE
      WHEN NOT s.against THEN wanted
      ELSE line.leads_binding(wanted) END) x);
END $$;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_held(of_lead uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE WHEN 'upheld' = ANY (s) THEN 'upheld' WHEN 'open' = ANY (s) THEN 'open' END FROM (SELECT ARRAY(
  SELECT h.state FROM leads.hold h WHERE h.lead = of_lead AND h.state IN ('open', 'upheld')
  UNION SELECT line.leads_held_of(line.leads_keys(of_lead, false))) AS s) x);

-- At which code a check's result ends a lead; NULL where it doesn't. A programme of before says nothing of it: then
-- what a check is called tells whether finding something is the end, and refuting what was looked for is the end
-- elsewhere.
CREATE OR REPLACE FUNCTION line.leads_ends(config jsonb, c jsonb, result text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE WHEN c ->> 'name' = 'no-protected-trait' THEN NULL
    ELSE COALESCE(m.ends ->> result, CASE WHEN result = 'refuted' AND NOT jsonb_exists(m.ends, 'confirmed')
      THEN 'refuted' END) END
  FROM (SELECT CASE WHEN jsonb_typeof(c -> 'ends') = 'object' THEN c -> 'ends' ELSE COALESCE((
    SELECT jsonb_build_object('confirmed', k.code)
      FROM (VALUES (1, 'departed', 'depart|exit'), (2, 'pending_benefit', 'benefit|pending'),
      (3, 'in_status', 'citizen|lawful status|naturali')) k(place, code, said)
    WHERE jsonb_exists(config -> 'close_codes', k.code) AND (c ->> 'name') || ' ' || (c ->> 'title') ~* k.said
      ORDER BY k.place LIMIT 1), '{}') END AS ends) m);

-- The results that end a lead. One stands until another person looked again and found otherwise: who entered it can't
-- enter it away.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_endings(of_lead uuid) RETURNS TABLE (name text, title text,
  result text, code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT ON (k.name) k.name, c ->> 'title', k.result, line.leads_ends(g.config, c, k.result)
  FROM leads.lead f JOIN leads.programme g ON g.name = f.programme AND g.version = f.version
    CROSS JOIN LATERAL jsonb_array_elements(g.config -> 'checks') c JOIN leads.check_entry k ON k.lead = f.id
      AND k.name = c ->> 'name'
  WHERE f.id = of_lead AND line.leads_ends(g.config, c, k.result) IS NOT NULL AND NOT EXISTS (
    SELECT FROM leads.check_entry l WHERE l.lead = f.id AND l.name = k.name AND (l.at, l.id) > (k.at, k.id)
      AND l.account <> k.account
      AND l.result IN ('confirmed', 'refuted', 'nothing') AND line.leads_ends(g.config, c, l.result) IS NULL)
  ORDER BY k.name, k.at DESC, k.id;
END;

CREATE OR REPLACE FUNCTION line.leads_stop(of_lead uuid) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE held text := line.leads_held(of_lead); fault text[];
BEGIN
  IF held IS NOT NULL THEN
    fault := ARRAY[CASE held WHEN 'open' THEN 'hold' ELSE 'status'
      END, 'A claim of citizenship or status stands in the way.',
      CASE held WHEN 'open' THEN 'Two people, neither of whom opened the hold, have to clear it first.'
        ELSE 'It was found to hold: the lead ends as in_status.' END];
  ELSIF EXISTS (SELECT FROM line.leads_endings(of_lead)) THEN
    fault := ARRAY['ended', 'A check has found what ends this lead.',
      'Close it with the code that fits, or have another person look again.'];
  ELSE RETURN;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'BL003', MESSAGE = fault[1],
    DETAIL = jsonb_build_object('code', fault[1], 'detail', fault[2], 'hint', fault[3])::text;
END $$;

-- Whoever has a package about this person hears that it is suspended, and when the claim is settled.
CREATE OR REPLACE FUNCTION line.leads_held_tell(of_keys text[], state text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO leads.notice (kind, to_unit, text, details)
  SELECT CASE leads_held_tell.state WHEN 'open' THEN 'held' ELSE 'hold_ended' END, r.to_unit, CASE leads_held_tell.state
      WHEN 'open'
        THEN 'A referral to you is suspended: a claim of citizenship or status isn''t cleared. Don''t act on it.'
      WHEN 'upheld'
        THEN 'Citizenship or lawful status was confirmed of somebody who was referred to you: don''t act on it.'
      ELSE 'A claim that suspended a referral to you was cleared by two people.'
        END, jsonb_build_object('referral', r.number)
  FROM leads.referral r WHERE r.state IN ('sent', 'acknowledged', 'accepted', 'finished')
    AND line.leads_keys(r.lead, false) && of_keys
$$;

-- Words in the remarks by which the person, or somebody for them, claims citizenship or a status; NULL where there are
-- none. The vetter is shown them: a claim that stands in no column of its own holds nothing by itself.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_says_status(of_schema text, remarks text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN of_schema = 'Person'
  THEN substring(remarks FROM
  '(?i)(\m(?:citizen(?:ship)?|naturali[sz](?:ed|ation)|green card|(?:lawful )?permanent resident|u\.?s\.? passport|'
  'american passport'
  '|born in (?:the )?(?:u\.?s|united states|america)|birth certificate|asylum|refugee|daca|parole[ed]?|temporary '
  'protected|work permit|lawful(?:ly)? (?:status|present|admitted)|visa (?:is )?valid)\M[^.;]{0,60})') END;

-- By what a recipient may end a referral, so that it can be counted; what happened stands beside it in words.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_outcomes(of_referral uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(NULLIF(g.config -> 'outcomes', 'null'),
  '["acted", "nothing_found", "wrong_person", "in_status", "not_located"]')
  FROM leads.referral r JOIN leads.lead f ON f.id = r.lead JOIN leads.programme g ON g.name = f.programme
    AND g.version = f.version
  WHERE r.id = of_referral AND line.leads_unit() IN (r.from_unit, r.to_unit));

-- Of which programme and source a referral or lead is: for the head of its entry, where outcomes are counted.
CREATE OR REPLACE FUNCTION line.leads_counted(of_lead uuid, told jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('programme', f.programme, 'source', f.source) || told
  FROM leads.lead f WHERE f.id = of_lead);

-- Does a person's reason stand, where one identifier has to be enough? By the same test as every reason.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_reasoned(why text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN why IS NOT NULL AND line.reason_words_fault(why) IS NULL;

CREATE OR REPLACE FUNCTION line.leads_fold(t text) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.fold_reason(COALESCE(t, ''));

-- Whose word a system's or source's is: folded, without the number that one types behind it to make two of it.
CREATE OR REPLACE FUNCTION line.leads_origin(called text) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN regexp_replace(line.fold_reason(COALESCE(called, '')), '( [0-9]+)+$', '');

-- A source is known by its title, as a programme names it among its systems.
CREATE OR REPLACE FUNCTION line.leads_source_origin(called text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT line.leads_origin(s.title) FROM line.source s WHERE s.name = called);

-- A value as it is compared: letters and digits, in capitals, as the intake keeps identifiers.
-- callers: none
CREATE OR REPLACE FUNCTION line.leads_plain(value text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN COALESCE(NULLIF(regexp_replace(upper(value), '[^0-9A-Z]', '', 'g'), ''), upper(value));

-- Is this value of a record the lead's? A telephone may lack its country's number on one side.
CREATE OR REPLACE FUNCTION line.leads_agrees(kind text, mine text, cited text) RETURNS boolean
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE kind WHEN 'name' THEN line.leads_name_key(mine) = line.leads_name_key(cited)
  AND line.leads_name_key(mine) <> ''
  WHEN 'birthDate' THEN left(mine, 10) = left(cited, 10)
  WHEN 'phone' THEN line.leads_plain(mine) = line.leads_plain(cited) OR (
    LEAST(length(ltrim(line.leads_plain(mine), '0')), length(ltrim(line.leads_plain(cited), '0'))) >= 7
    AND (line.leads_plain(mine) LIKE '%' || ltrim(line.leads_plain(cited), '0')
      OR line.leads_plain(cited) LIKE '%' || ltrim(line.leads_plain(mine), '0')))
  ELSE line.leads_plain(mine) = line.leads_plain(cited) END;
