-- What the line knows of an operation: its unit and regime. The records are the room's (schema operations).
-- callers: writer

-- A desk sees the operations of its unit and regime, a case those planned under it, an approver's desk what waits for
-- legal review or was judged there, oversight all. No other desk learns that an operation exists.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.operations() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass(); p line.purpose;
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN; END IF;
  SELECT * INTO p FROM line.purpose x WHERE x.id = parts[2]::uuid;
  IF p.kind = 'desk' AND p.role = 'approver' THEN
    RETURN QUERY SELECT o.id FROM operations.operation o WHERE o.state = 'legal_review' OR o.legal_by = parts[3]::uuid;
  ELSE
    RETURN QUERY SELECT line.operations_people();
  END IF;
END $$;

-- The same without the approver: legal review judges the plan and meets nobody.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.operations_people() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass(); p line.purpose;
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN; END IF;
  SELECT * INTO p FROM line.purpose x WHERE x.id = parts[2]::uuid;
  IF p.kind = 'desk' AND p.role IN ('agent', 'analyst', 'supervisor') THEN
    RETURN QUERY SELECT r.operation FROM line.operation_ref r JOIN line.authority a ON a.code = p.authority
      WHERE r.unit = p.unit AND r.regime = a.regime;
  ELSIF p.kind = 'case' THEN
    RETURN QUERY SELECT o.id FROM operations.operation o WHERE o.case_id = p.case_id;
  ELSIF p.kind = 'oversight' THEN
    RETURN QUERY SELECT r.operation FROM line.operation_ref r;
  END IF;
END $$;

-- Published extracts hold figures without people: the unit and regime that loaded one, and oversight.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.operations_extract(in_unit text, of_regime text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass(); p line.purpose;
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN false; END IF;
  SELECT * INTO p FROM line.purpose x WHERE x.id = parts[2]::uuid;
  RETURN p.kind = 'oversight' OR (p.kind = 'desk' AND p.unit = in_unit
    AND EXISTS (SELECT FROM line.authority a WHERE a.code = p.authority AND a.regime = of_regime));
END $$;

-- A number that tells nothing, as with cases.
CREATE OR REPLACE FUNCTION line.operations_create(ctx line.context, id uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n text;
BEGIN
  INSERT INTO line.operation_ref (operation, unit, regime) VALUES (id, ctx.unit, ctx.regime);
  FOR i IN 1 .. 60 LOOP
    n := line.number_tried('O', i);
    IF NOT EXISTS (SELECT FROM operations.operation o WHERE o.number = n) THEN RETURN n; END IF;
  END LOOP;
  PERFORM line.no_number('operation');
END $$;

CREATE OR REPLACE FUNCTION line.operations_authority(wanted text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('code', a.code, 'title', a.title, 'regime', a.regime, 'processes', a.processes)
  FROM line.authority a WHERE a.code = lower(btrim(wanted)) AND line.accounts_in_force(a));

-- A case that the caller may see from here, by number; its id or nothing.
CREATE OR REPLACE FUNCTION line.operations_case(number text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT p.case_id FROM line.purpose p WHERE p.key = number AND p.kind = 'case'
  AND p.case_id IN (SELECT line.cases()));

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.operations_case_number(of_case uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT min(p.key) FROM line.purpose p WHERE p.kind = 'case' AND p.case_id = of_case
  AND of_case IN (SELECT line.cases()));

-- ------------------------------------------------------------------------ one person, whichever operation entered them

-- By what two entries are of one person here: a number that belongs to one alone, or the words of a name in any order
-- with the same birth date. A name alone never is: two people may bear it.
CREATE OR REPLACE FUNCTION line.operations_keys(name text, birth date, ids text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE(ids, '{}') || CASE WHEN birth IS NULL OR line.leads_name_key(name) = '' THEN '{}'
  ELSE ARRAY['name:' || line.leads_name_key(name) || '|' || birth::text] END;

-- callers: none
CREATE OR REPLACE FUNCTION line.operations_key(k text) RETURNS uuid
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN encode(substring(sha256(convert_to(k, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid;

-- A stay claims its person by each key, in one register of all units and regimes: a second stay at the same time isn't
-- taken. One that was entered twice before this was refused keeps what it has, so that it can be ended.
CREATE OR REPLACE FUNCTION line.operations_claim(s operations.custody_stay, fresh boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF fresh THEN
    INSERT INTO line.custody_claim (stay, key, span) SELECT s.id, line.operations_key(k),
      tstzrange(s.book_in, s.book_out, '[)')
      FROM operations.person q, unnest(q.keys || ('person:' || q.id)) k WHERE q.id = s.person AND NOT s.voided;
  ELSIF s.voided THEN DELETE FROM line.custody_claim c WHERE c.stay = s.id;
  ELSE UPDATE line.custody_claim c SET span = tstzrange(s.book_in, s.book_out, '[)') WHERE c.stay = s.id;
  END IF;
END $$;

-- Stays of this person from `t` on that aren't this code's own, wherever they were entered.
CREATE OR REPLACE FUNCTION line.operations_kept(who uuid, t timestamptz) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT s.id FROM operations.person q, unnest(q.keys) k JOIN line.custody_claim c
  ON c.key = line.operations_key(k)
  JOIN operations.custody_stay s ON s.id = c.stay AND s.person <> who WHERE q.id = who
    AND c.span && tstzrange(t, NULL, '[)'));

-- Somebody was to be booked in who is in custody under another unit or regime. Neither side learns what the other
-- holds: both supervisors hear that they have to speak, and overseers see it.
CREATE OR REPLACE FUNCTION line.operations_stopped(ctx line.context, number text, code text, stays uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE elsewhere text[] := ARRAY(SELECT DISTINCT r.unit FROM operations.custody_stay s JOIN line.operation_ref r
  ON r.operation = s.operation WHERE s.id = ANY (stays));
BEGIN
  PERFORM line.tell(ctx, ARRAY(SELECT line.holders('supervisor', ctx.unit)), 'custody',
    format('%s of %s was not booked in: by what is known of this person, they are in custody already. Ask an overseer '
      'with whom to speak', code, number));
  PERFORM line.tell(ctx, ARRAY(SELECT h FROM unnest(elsewhere) u, line.holders('supervisor', u) h
    WHERE u <> ctx.unit), 'custody',
    'Another unit was about to book in somebody whom yours holds. Ask an overseer with whom to speak');
  PERFORM line.tell(ctx, ARRAY(SELECT line.holders('overseer', NULL)), 'custody',
    format('%s of %s was not booked in: in custody already, elsewhere', code, number));
END $$;

-- ---------------------------------------------------------------------------------------------- on what an arrest
-- rests

CREATE OR REPLACE FUNCTION line.operations_fold(said text) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.fold_reason(said);

-- What a source is called, without what changes from day to day: words in brackets, numbers, signs, and words that any
-- register is called by.
-- callers: none
CREATE OR REPLACE FUNCTION line.operations_source_words(called text) RETURNS text[]
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT w
  FROM unnest(string_to_array(line.fold_reason(regexp_replace(regexp_replace(COALESCE(called, ''),
  '\([^)]*\)|\[[^]]*\]', ' ', 'g'), '[0-9]+', ' ', 'g')), ' ')) w
  WHERE w <> '' AND NOT w = ANY (ARRAY['the', 'a', 'an', 'of', 'our', 'one', 'another', 'other', 'second', 'system',
    'copy', 'again', 'no', 's']) ORDER BY 1);

-- Two names of one source: the words of one are among the other's.
CREATE OR REPLACE FUNCTION line.operations_one_source(a text, b text) RETURNS boolean
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT x <@ y OR y <@ x
  FROM (SELECT line.operations_source_words(a) AS x, line.operations_source_words(b) AS y) w);

-- How many sources of good repute there are that aren't one another nor the person's own household.
-- callers: none
CREATE OR REPLACE FUNCTION line.operations_sources(evidence jsonb) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT count(*)::integer FROM (SELECT v ->> 'source' AS name, n
  FROM jsonb_array_elements(evidence) WITH ORDINALITY x(v, n)
    WHERE v ->> 'reliability' IN ('A', 'B', 'C') AND NOT COALESCE((v ->> 'household')::boolean, false)) a
  WHERE line.operations_source_words(a.name) <> '{}'
    AND NOT EXISTS (SELECT FROM jsonb_array_elements(evidence) WITH ORDINALITY y(v, n)
    WHERE y.n < a.n AND y.v ->> 'reliability' IN ('A', 'B', 'C') AND NOT COALESCE((y.v ->> 'household')::boolean, false)
      AND line.operations_one_source(y.v ->> 'source', a.name)));

-- The test of reasons for what is said in a line or two: the same, but for its length.
CREATE OR REPLACE FUNCTION line.operations_words_fault(said text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE WHEN f[1] <> 'reason_short' THEN f
    WHEN f IS NOT NULL AND (SELECT count(DISTINCT w) FROM unnest(string_to_array(line.fold_reason(said), ' ')) w
      WHERE length(w) > 1) < 4
      THEN ARRAY['reason_padded', 'Four different words or more make a sentence.', ''] END
  FROM (SELECT line.reason_words_fault(said) AS f) x);

-- Rule 29 for a civil arrest: what is wrong with its grounds, as [code, detail, hint]; NULL where nothing is. Evidence
-- there has to be, of two sources that aren't one, or of one that a person looked at and says what it shows.
CREATE OR REPLACE FUNCTION line.operations_grounds_fault(evidence jsonb, looked text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer := line.operations_sources(COALESCE(evidence, '[]')); fault text[];
BEGIN
  IF n >= 2 THEN RETURN NULL; END IF;
  IF n = 0 THEN
    RETURN ARRAY['sources', 'No evidence of status is named that counts: a civil arrest rests on some.',
      'Name what was looked at: kind, source, its grade A to C, what was found. What the person''s own household '
      'supplied doesn''t count.']; END IF;
  IF length(btrim(COALESCE(looked, ''))) < 20 THEN
    RETURN ARRAY['sources', 'A civil arrest rests here on fewer than two independent reliable sources.',
      'Name two sources graded A to C that don''t depend on one another (one register under two names is one), or say '
      'in `looked` what a person checked and found.']; END IF;
  fault := line.operations_words_fault(looked);
  RETURN CASE WHEN fault IS NOT NULL THEN ARRAY['looked', 'What a person looked at and found isn''t said. ' || fault[2],
    'Name the document or register, and what it shows of this person.'] END;
END $$;

-- The same where the table is written, whatever function writes it.
CREATE OR REPLACE FUNCTION line.operations_founded(evidence jsonb, looked text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE fault text[] := line.operations_grounds_fault(evidence, looked);
BEGIN
  IF fault IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = 'BL003', MESSAGE = fault[1],
    DETAIL = jsonb_build_object('code', fault[1], 'detail', fault[2], 'hint', fault[3])::text; END IF;
END $$;

-- What of an officer speaks against an encounter of this unit: refused, a flag, or nothing.
CREATE OR REPLACE FUNCTION line.operations_officer(who uuid, in_unit text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN NOT EXISTS (SELECT FROM line.account a WHERE a.id = who AND a.state = 'active') THEN 'leaver'
  WHEN EXISTS (SELECT FROM line.role_grant g WHERE g.account = who AND g.role = 'overseer'
    AND line.accounts_live(g)) THEN 'overseer'
  WHEN NOT EXISTS (SELECT FROM line.role_grant g WHERE g.account = who AND line.accounts_live(g)) THEN 'leaver'
  WHEN NOT EXISTS (SELECT FROM line.role_grant g WHERE g.account = who AND g.unit = in_unit
    AND g.role IN ('agent', 'analyst', 'supervisor') AND line.accounts_live(g)) THEN 'other_unit' END;

-- Who could still say whether an operation was carried out as planned: supervisors of its unit who neither cleared,
-- approved nor closed it.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.operations_reviewers(o operations.operation) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT h FROM line.holders('supervisor', o.unit) h WHERE h IS DISTINCT FROM o.legal_by AND h IS DISTINCT
    FROM o.approved_by AND h IS DISTINCT FROM o.closed_by
$$;

CREATE OR REPLACE FUNCTION line.operations_say(ctx line.context, whom uuid, said text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.tell(ctx, ARRAY[whom], 'operation', said) $$;

-- Legal review by an approver, approval by a supervisor of the unit: two people, neither of them the author.
CREATE OR REPLACE FUNCTION line.operations_decidable(ctx line.context, o operations.operation) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT line.can_decide('approver', NULL, ARRAY[o.author]) THEN
    PERFORM line.nobody(ctx, 'approver besides the plan''s author, to review it in law'); END IF;
  IF NOT line.can_decide('supervisor', o.unit, ARRAY[o.author]) THEN
    PERFORM line.nobody(ctx, format('supervisor of %s besides the plan''s author',
      line.accounts_unit_title(o.unit))); END IF;
  IF NOT EXISTS (SELECT FROM line.holders('approver', NULL) a, line.holders('supervisor', o.unit) s WHERE a <> s
    AND a <> o.author AND s <> o.author) THEN
    PERFORM line.nobody(ctx, 'second person: the only approver is the only supervisor'); END IF;
END $$;
