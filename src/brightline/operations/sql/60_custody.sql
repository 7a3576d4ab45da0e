-- Custody as a row of events: each moves a stay, none is ever changed. What was entered wrongly is voided by a further
-- event, from the last one back, and entered again.
-- callers: reader, writer
-- owner: owner

-- The last event of this person that moved a stay and stands.
CREATE OR REPLACE FUNCTION operations.last_move(who uuid) RETURNS operations.custody_event
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT v.* FROM operations.custody_event v WHERE v.person = who
    AND v.kind IN ('book_in', 'release', 'transfer', 'removal', 'detain')
    AND NOT EXISTS (SELECT FROM operations.custody_event c WHERE c.corrects = v.id)
      ORDER BY v.time DESC, v.at DESC, v.id LIMIT 1
$$;

CREATE OR REPLACE FUNCTION operations.stay_now(who uuid) RETURNS operations.custody_stay
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT x.* FROM operations.custody_stay x WHERE x.person = who AND x.book_out IS NULL AND NOT x.voided FOR UPDATE
$$;

-- The arrest that stands and that custody rests on.
CREATE OR REPLACE FUNCTION operations.last_arrest(who uuid) RETURNS operations.encounter
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT x.* FROM operations.encounter x WHERE x.person = who AND x.outcome = 'arrested'
    AND NOT EXISTS (SELECT FROM operations.encounter c WHERE c.corrects = x.id) ORDER BY x.time DESC, x.id LIMIT 1
$$;

-- Takes an event back: what it ended goes on, what it began never was. Returns what is corrected.
CREATE OR REPLACE FUNCTION operations.custody_void(ctx line.context, who operations.person, p jsonb) RETURNS
  operations.custody_event
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v operations.custody_event; last_ operations.custody_event := operations.last_move(who.id);
wanted text := upper(line.need(p, 'corrects', 40)); before uuid; fault text[];
BEGIN
  SELECT * INTO v FROM operations.custody_event x WHERE operations.code('C', x.id) = wanted
    AND x.person = who.id ORDER BY x.id LIMIT 1;
  IF v.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF v.kind IN ('void', 'stopped') OR EXISTS (SELECT FROM operations.custody_event c WHERE c.corrects = v.id) THEN
    PERFORM line.conflict(ctx, 'corrected', 'That event doesn''t stand any more.',
      'See the operation''s events of custody.'); END IF;
  IF v.kind NOT IN ('disposition', 'handover') AND v.id <> last_.id THEN
    PERFORM line.conflict(ctx, 'later', format('A later event rests on it: %s (%s).', operations.code('C', last_.id),
      replace(last_.kind, '_', ' ')), 'Void from the last one back.'); END IF;
  fault := line.operations_words_fault(COALESCE(line.text(p, 'correction', 2000), ''));
  IF fault IS NOT NULL OR length(p ->> 'correction') < 20 THEN
    PERFORM line.bad('correction', 'doesn''t say what was wrong',
      'What was entered, what is right, and how you know, in 20 characters or more.'); END IF;
  before := COALESCE(v.former, (SELECT s.id FROM operations.custody_stay s WHERE s.person = who.id
    AND s.book_out = v.time AND NOT s.voided LIMIT 1));
  IF v.kind IN ('book_in', 'transfer', 'detain') THEN UPDATE operations.custody_stay s SET voided = true
    WHERE s.id = v.stay; END IF;
  IF v.kind IN ('release', 'removal') THEN before := v.stay; END IF;
  IF v.kind IN ('release', 'removal', 'transfer', 'detain') THEN
    UPDATE operations.custody_stay s SET book_out = NULL, release_reason = NULL WHERE s.id = before; END IF;
  RETURN v;
EXCEPTION WHEN exclusion_violation THEN
  PERFORM line.conflict(ctx, 'overlap', 'The person has been in custody elsewhere since.',
    'Nobody is in two places: speak with the supervisor.');
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION operations.stay_leave(ctx line.context, who operations.person, event text, t timestamptz,
  p jsonb) RETURNS operations.custody_stay
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE s operations.custody_stay := operations.stay_now(who.id);
e operations.encounter := operations.last_arrest(who.id); why text;
BEGIN
  IF event = 'disposition' THEN
    PERFORM line.need(p, 'reason', 500);
    IF s.id IS NULL AND e.id IS NULL THEN
      PERFORM line.refuse(ctx, 'arrest', 'Nothing is decided about somebody who was neither arrested nor held.',
        'Enter the encounter first, with its basis.'); END IF;
    RETURN s;
  END IF;
  IF s.id IS NULL THEN PERFORM line.conflict(ctx, 'state', 'The person isn''t in custody.', 'Book in first.'); END IF;
  IF t <= s.book_in THEN PERFORM line.bad('time', 'lies before the book-in', 'Check both times.'); END IF;
  IF event = 'removal' THEN PERFORM operations.unlocked(ctx, who.id, s.regime); END IF;
  why := CASE event WHEN 'transfer' THEN 'transfer' WHEN 'detain'
    THEN 'detained under ' || lower(line.need(p, 'authority', 63))
    WHEN 'removal' THEN COALESCE(line.text(p, 'reason', 500), 'removal') ELSE line.need(p, 'reason', 500) END;
  UPDATE operations.custody_stay x SET book_out = t, release_reason = why WHERE x.id = s.id RETURNING * INTO s;
  RETURN s;
END $$;

-- The authority that a stay begins under: the arrest's, or another of the same regime. Another regime is entered by
-- another act.
CREATE OR REPLACE FUNCTION operations.stay_law(ctx line.context, of_regime text, own text, wanted text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE law jsonb := line.operations_authority(wanted);
BEGIN
  IF wanted IS NULL THEN RETURN own; END IF;
  IF law IS NULL OR law ->> 'regime' = 'oversight' THEN
    PERFORM line.refuse(ctx, 'authority', 'The authority is unknown or not in force.', 'See authority list.'); END IF;
  IF law ->> 'regime' <> of_regime THEN
    PERFORM line.refuse(ctx, 'regime', format('The arrest is %s, the authority %s.', of_regime, law ->> 'regime'),
      'Book in under the arrest''s own law; `detain` says that another takes the person over, with its own grounds.');
      END IF;
  RETURN law ->> 'code';
END $$;

CREATE OR REPLACE FUNCTION operations.stay_begin(ctx line.context, s operations.custody_stay) RETURNS
  operations.custody_stay
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF length(btrim(s.facility)) < 2 THEN
    PERFORM line.bad('facility', 'has fewer than 2 characters', 'Name the place.'); END IF;
  INSERT INTO operations.custody_stay (id, operation, person, facility, authority, regime, book_in, basis, account)
    VALUES (gen_random_uuid(), s.operation, s.person, s.facility, s.authority, s.regime, s.book_in,
      COALESCE(s.basis, ''), ctx.account) RETURNING * INTO s;
  RETURN s;
EXCEPTION WHEN exclusion_violation THEN
  PERFORM line.conflict(ctx, 'overlap', 'The person is in custody at that time already.',
    'Book out or transfer first; one person is in one place.');
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION operations.stay_enter(ctx line.context, who operations.person, event text,
  t timestamptz, p jsonb,
  former operations.custody_stay) RETURNS operations.custody_stay
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE s operations.custody_stay; e operations.encounter := operations.last_arrest(who.id); out_ timestamptz;
BEGIN
  IF e.id IS NULL THEN PERFORM line.refuse(ctx, 'arrest', 'Nobody is booked in without an arrest.',
    'Enter the encounter first, with its basis.'); END IF;
  IF t < e.time THEN PERFORM line.bad('time', 'lies before the arrest', 'Check both times.'); END IF;
  PERFORM operations.unlocked(ctx, who.id, COALESCE(former.regime, e.regime));
  IF EXISTS (SELECT FROM operations.custody_stay x WHERE x.person = who.id AND NOT x.voided
    AND tstzrange(x.book_in, x.book_out, '[)') && tstzrange(t, NULL, '[)')) THEN
    PERFORM line.conflict(ctx, 'overlap', 'The person is in custody at that time already.',
      'Book out or transfer first; one person is in one place.'); END IF;
  SELECT max(x.book_out) INTO out_ FROM operations.custody_stay x WHERE x.person = who.id AND NOT x.voided;
  IF event = 'book_in' AND out_ > e.time THEN
    PERFORM line.refuse(ctx, 'arrest', format('The person left custody on %s and wasn''t arrested since.',
      line.stamp(out_)), 'Enter the new arrest first, with its basis.'); END IF;
  s.operation := COALESCE(former.operation, e.operation); s.person := who.id; s.book_in := t;
  s.facility := line.need(p, 'facility', 200);
  s.regime := COALESCE(former.regime, e.regime);
  s.authority := operations.stay_law(ctx, s.regime, COALESCE(former.authority, e.authority), CASE event WHEN 'book_in'
    THEN line.text(p, 'authority', 63) END);
  RETURN operations.stay_begin(ctx, s);
END $$;

-- Another law takes the person over: criminal custody ends and civil detention begins, or the other way round. It is an
-- act of its own, with its authority, its basis, its evidence, and the same locks as an arrest.
CREATE OR REPLACE FUNCTION operations.stay_detain(ctx line.context, who operations.person, t timestamptz, p jsonb,
  former operations.custody_stay) RETURNS operations.custody_stay
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE s operations.custody_stay; law jsonb := line.operations_authority(line.need(p, 'authority', 63)); fault text[];
BEGIN
  IF law IS NULL OR law ->> 'regime' = 'oversight' THEN
    PERFORM line.refuse(ctx, 'authority', 'The authority is unknown or not in force.', 'See authority list.'); END IF;
  IF law ->> 'code' = former.authority THEN
    PERFORM line.bad('authority', 'is the one that the person is held under already',
      'A transfer changes the place alone.'); END IF;
  s.basis := line.need(p, 'basis', 2000); s.regime := law ->> 'regime'; s.authority := law ->> 'code';
  fault := line.operations_words_fault(s.basis);
  IF fault IS NOT NULL OR length(s.basis) < 20 THEN
    PERFORM line.bad('basis', 'doesn''t say on what the person is taken over',
      'The order or warrant with its number and who issued it, or this person''s facts.'); END IF;
  PERFORM operations.protected_stop(ctx, who);
  PERFORM operations.unlocked(ctx, who.id, s.regime);
  IF s.regime <> 'criminal' THEN
    fault := line.operations_grounds_fault(operations.evidence_read(p), line.text(p, 'looked', 4000));
    IF fault IS NOT NULL THEN PERFORM line.refuse(ctx, fault[1], fault[2], fault[3]); END IF;
  END IF;
  s.operation := former.operation; s.person := who.id; s.book_in := t;
  s.facility := COALESCE(line.text(p, 'facility', 200), former.facility);
  RETURN operations.stay_begin(ctx, s);
END $$;

-- In custody already under another code: NULL where not, true where this desk sees it, false where another unit or
-- regime holds.
CREATE OR REPLACE FUNCTION operations.kept_here(stays uuid[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN cardinality(stays) = 0 THEN NULL ELSE EXISTS (SELECT FROM operations.custody_stay s
  WHERE s.id = ANY (stays)) END;

CREATE OR REPLACE FUNCTION operations.kept_refuse(ctx line.context, stays uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := (SELECT string_agg(operations.code('P', s.person) || ' of ' || o.number, ', ' ORDER BY o.number)
  FROM operations.custody_stay s
  JOIN operations.operation o ON o.id = s.operation WHERE s.id = ANY (stays));
BEGIN
  PERFORM line.conflict(ctx, 'overlap',
    format('By name and birth date or a number, this person is in custody at that time already: %s.', said),
    'Book out or transfer there; one person is in one place.');
END $$;

CREATE OR REPLACE FUNCTION operations.custody(ctx line.context, op uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('stay', operations.code('S', s.id), 'person',
  operations.code('P', s.person),
    'name', CASE WHEN ctx.kind <> 'oversight' THEN q.name END, 'facility', s.facility, 'authority', s.authority,
      'regime', s.regime, 'basis', s.basis,
    'book_in', line.stamp(s.book_in), 'book_out', line.stamp(s.book_out), 'release_reason',
      s.release_reason, 'voided', s.voided,
    'held_by', line.accounts_name(s.held_by)) ORDER BY s.book_in, s.id), '[]')
  FROM operations.custody_stay s JOIN operations.person q ON q.id = s.person WHERE s.operation = op);

CREATE OR REPLACE FUNCTION operations.custody_events(ctx line.context, op uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('event', operations.code('C', v.id), 'person',
  operations.code('P', v.person), 'kind', v.kind,
    'stay', operations.code('S', v.stay), 'time', line.stamp(v.time), 'detail', v.detail, 'authority',
      v.authority, 'flags', v.flags,
    'by', line.accounts_name(v.account), 'at', line.stamp(v.at), 'corrects', operations.code('C', v.corrects),
    'corrected_by', (SELECT operations.code('C', c.id) FROM operations.custody_event c WHERE c.corrects = v.id))
      ORDER BY v.at, v.id), '[]')
  FROM operations.custody_event v WHERE v.operation = op);
