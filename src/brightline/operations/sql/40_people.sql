-- Words of the field: who was met, how, on what grounds; holds; custody; published extracts.
-- callers: reader, writer
-- owner: owner

CREATE OR REPLACE FUNCTION operations.protect(ctx line.context, o operations.operation, p jsonb,
  kind text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v operations.protected_person;
BEGIN
  IF line.text(p, 'outcome', 40) NOT IN ('questioned', 'released', 'referred') OR p ? 'selection' THEN
    PERFORM line.refuse(ctx, 'category', format('A %s is neither targeted nor collateral, and isn''t arrested.', kind),
      'Enter operation and person only; what makes a victim or witness a suspect is decided in a case, on facts.');
      END IF;
  INSERT INTO operations.protected_person (id, operation, category, name, note, account)
    VALUES (gen_random_uuid(), o.id, kind, line.need(p -> 'person', 'name', 300),
      COALESCE(line.text(p -> 'person', 'note', 4000), ''), ctx.account)
    RETURNING * INTO v;
  PERFORM operations.history(ctx, o, kind || ' heard', NULL, jsonb_build_object('code', operations.code('V', v.id)));
  RETURN jsonb_build_object('protected', operations.code('V', v.id), 'category', kind, 'operation', o.number,
    '_shown', jsonb_build_array(v.id), '_count', jsonb_build_object('victims', 1));
END $$;

-- What sources say of somebody's status, each with its grade.
CREATE OR REPLACE FUNCTION operations.evidence_read(p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE x jsonb; told jsonb := '[]';
BEGIN
  FOR x IN SELECT * FROM operations.rows(p, 'status_evidence', 50) LOOP
    IF line.need(x, 'reliability', 1) !~ '^[A-F]$' THEN
      PERFORM line.bad('reliability', 'is no grade', 'A to F.'); END IF;
    told := told || jsonb_build_array(jsonb_build_object('kind', line.need(x, 'kind', 100), 'source',
      line.need(x, 'source', 200),
      'reliability', x ->> 'reliability', 'found', line.text(x, 'found', 1000), 'household',
        line.bool(x, 'household', false)));
  END LOOP;
  RETURN told;
END $$;

-- What an entry of the log counts: the arrest that is entered, less the one that it corrects, so that sums stay right.
CREATE OR REPLACE FUNCTION operations.arrest_counts(old operations.encounter, e operations.encounter) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_object_agg(x.regime, jsonb_build_object('targeted', x.t, 'collateral', x.c)), '{}') FROM (
  SELECT a.regime, sum(CASE a.selection WHEN 'targeted' THEN a.n ELSE 0 END) AS t, sum(CASE a.selection
    WHEN 'collateral' THEN a.n ELSE 0 END) AS c
  FROM (VALUES (e.regime, e.selection, e.outcome, 1), (old.regime, old.selection, old.outcome, -1))
    a(regime, selection, outcome, n)
  WHERE a.outcome = 'arrested' GROUP BY a.regime) x);

-- The mandatory fields of rule 42, each with its own word.
CREATE OR REPLACE FUNCTION operations.encounter_read(ctx line.context, o operations.operation, p jsonb)
  RETURNS operations.encounter
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE e operations.encounter;
BEGIN
  e.operation := o.id;
  e.time := operations.happened(ctx, p);
  -- A site may ask for more than the law, never for less: what follows is asked whatever the rulebook says.
  PERFORM line.need(p, f) FROM unnest(line.rule_texts('mandatory.encounter')) f;
  e.place := line.need(p, 'place', 300);
  e.selection := line.need(p, 'selection', 20);
  e.authority := lower(line.need(p, 'authority', 63));
  e.basis := line.need(p, 'basis', 20);
  e.outcome := line.need(p, 'outcome', 20);
  e.warrant := line.text(p, 'warrant', 500);
  e.facts := line.text(p, 'facts', 20000);
  -- For an arrest it is judged with the sources beside it (line.operations_grounds_fault), by the same test.
  e.looked := CASE WHEN line.text(p, 'looked', 4000) IS NOT NULL AND e.outcome <> 'arrested'
    THEN line.said(p, 'looked', ARRAY[e.facts]) ELSE line.text(p, 'looked', 4000) END;
  e.officer := CASE WHEN line.text(p, 'officer', 63) IS NULL THEN ctx.account
    ELSE line.accounts_id(p ->> 'officer') END;
  IF e.officer IS NULL THEN PERFORM line.bad('officer', 'is no account', 'Name the officer''s account.'); END IF;
  e.flags := operations.officer_flags(ctx, o, e.officer);
  IF length(e.place) < 3 THEN PERFORM line.bad('place', 'has fewer than 3 characters', 'Say where.'); END IF;
  IF NOT e.selection = ANY (ARRAY['targeted', 'collateral']) THEN
    PERFORM line.bad('selection', 'is unknown', 'targeted or collateral.'); END IF;
  IF NOT e.basis = ANY (ARRAY['warrant', 'facts']) THEN
    PERFORM line.bad('basis', 'is unknown', 'warrant or facts.'); END IF;
  IF NOT e.outcome = ANY (ARRAY['questioned', 'released', 'cited', 'referred', 'arrested']) THEN
    PERFORM line.bad('outcome', 'is unknown', 'questioned, released, cited, referred or arrested.'); END IF;
  e.status_evidence := operations.evidence_read(p);
  RETURN e;
END $$;

CREATE OR REPLACE FUNCTION operations.encounter_law(ctx line.context, o operations.operation,
  e operations.encounter) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE law jsonb := line.operations_authority(e.authority);
BEGIN
  IF law IS NULL OR law ->> 'regime' = 'oversight' THEN
    PERFORM line.refuse(ctx, 'authority', 'The authority is unknown or not in force.', 'See authority list.'); END IF;
  IF e.selection = 'targeted' AND NOT EXISTS (SELECT FROM operations.objective j WHERE j.operation = o.id
    AND j.authority = law ->> 'code') THEN
    PERFORM line.refuse(ctx, 'authority', 'Nobody is targeted under an authority that the plan doesn''t name.',
      'Somebody met beside the plan is collateral, on facts of their own.'); END IF;
  RETURN law;
END $$;

-- Rules 29 and 42: grounds that are this person's own.
CREATE OR REPLACE FUNCTION operations.encounter_judge(ctx line.context, o operations.operation,
  e operations.encounter) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE fault text[];
BEGIN
  IF e.basis = 'warrant' AND length(COALESCE(e.warrant, '')) < 3 THEN
    PERFORM line.refuse(ctx, 'basis', 'The warrant isn''t named.', 'Give its number and who issued it.'); END IF;
  IF e.basis = 'facts' AND length(COALESCE(e.facts, '')) < 40 THEN
    PERFORM line.refuse(ctx, 'facts', 'The individual facts have fewer than 40 characters.',
      'Write what was seen or known of this person.'); END IF;
  IF e.selection = 'collateral' AND e.regime <> 'criminal' AND e.outcome = 'arrested' AND e.basis <> 'facts' THEN
    PERFORM line.refuse(ctx, 'collateral', 'A collateral civil arrest needs individual facts.',
      'A warrant names somebody else; state this person''s facts.'); END IF;
  IF e.facts IS NOT NULL AND EXISTS (SELECT FROM operations.encounter x WHERE x.operation = o.id
    AND x.id IS DISTINCT FROM e.corrects
      AND (x.digest = operations.digest(e.facts)
        OR (length(e.facts) >= 40 AND ext.similarity(x.facts, e.facts) > 0.85))) THEN
    PERFORM line.refuse(ctx, 'facts', 'These facts repeat another encounter''s.',
      'Facts are individual: write what concerns this person alone.'); END IF;
  IF e.outcome = 'arrested' AND e.regime <> 'criminal' THEN
    fault := line.operations_grounds_fault(e.status_evidence, e.looked);
    IF fault IS NOT NULL THEN PERFORM line.refuse(ctx, fault[1], fault[2], fault[3]); END IF;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION operations.person_ids(given jsonb) RETURNS text[]
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE x jsonb; ids text[] := '{}'; sort text; v text;
BEGIN
  FOR x IN SELECT * FROM operations.rows(given, 'identifiers', 20) LOOP
    sort := line.need(x, 'type', 63); v := regexp_replace(upper(line.need(x, 'value', 100)), '[^0-9A-Z]', '', 'g');
    IF sort !~ '^[a-zA-Z][a-zA-Z0-9]{1,39}$' THEN
      PERFORM line.bad('identifiers', 'has a type that is none', 'Such as passportNumber or idNumber.'); END IF;
    IF NOT line.leads_weak(sort, v) THEN ids := ids || ('id:' || sort || ':' || v); END IF;
  END LOOP;
  RETURN ARRAY(SELECT DISTINCT i FROM unnest(ids) i ORDER BY 1);
END $$;

CREATE OR REPLACE FUNCTION operations.person_of(ctx line.context, o operations.operation, p jsonb)
  RETURNS operations.person
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE w operations.person; given jsonb := p -> 'person'; born date; t timestamptz := line.time(p, 'time');
BEGIN
  IF jsonb_typeof(given) = 'string' THEN RETURN operations.met(ctx, p ->> 'person'); END IF;
  IF given IS NULL OR jsonb_typeof(given) <> 'object' THEN
    PERFORM line.bad('person', 'is missing', 'Give a name, or the code of somebody met before.'); END IF;
  born := line.date(given, 'birth_date');
  IF born > (t AT TIME ZONE 'UTC')::date THEN
    PERFORM line.bad('birth_date', 'lies after the encounter', 'Check the year, or leave it out.'); END IF;
  IF born < (t AT TIME ZONE 'UTC')::date - 47500 THEN PERFORM line.bad('birth_date', 'lies more than 130 years back',
    'Check the year, or leave it out.'); END IF;
  INSERT INTO operations.person (id, operation, name, birth_date, ids)
    VALUES (gen_random_uuid(), o.id, line.need(given, 'name', 300), born,
      operations.person_ids(given)) RETURNING * INTO w;
  RETURN w;
END $$;

-- Rule 28: indicia open a hold with the encounter that met them.
CREATE OR REPLACE FUNCTION operations.hold_open(ctx line.context, o operations.operation,
  e operations.encounter, p jsonb) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE x jsonb; told jsonb := '[]'; made uuid;
BEGIN
  FOR x IN SELECT * FROM operations.rows(p, 'indicia', 20) LOOP
    told := told || jsonb_build_array(jsonb_build_object('kind', line.need(x, 'kind', 100), 'text',
      COALESCE(line.text(x, 'text', 2000), '')));
  END LOOP;
  IF told = '[]' THEN RETURN NULL; END IF;
  INSERT INTO operations.hold (id, operation, person, encounter, indicia, opener)
    VALUES (gen_random_uuid(), o.id, e.person, e.id, told, ctx.account) RETURNING id INTO made;
  UPDATE operations.person q SET status = 'claimed' WHERE q.id = e.person;
  RETURN made;
END $$;

CREATE OR REPLACE FUNCTION operations.encounters(ctx line.context, op uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('encounter', operations.code('E', e.id), 'person',
  operations.code('P', e.person),
    'name', CASE WHEN ctx.kind <> 'oversight' THEN q.name END, 'status', q.status, 'held', operations.held(q.id),
      'time', line.stamp(e.time),
    'place', e.place, 'officer', line.accounts_name(e.officer), 'officer_title', line.accounts_title(e.officer),
      'selection', e.selection,
    'authority', e.authority, 'regime', e.regime, 'basis', e.basis, 'warrant', e.warrant, 'facts',
      e.facts, 'outcome', e.outcome,
    'status_evidence', e.status_evidence, 'looked', e.looked, 'entry', e.entry, 'flags', e.flags, 'corrects',
      operations.code('E', e.corrects),
    'correction', e.correction, 'corrected_by', (SELECT operations.code('E', c.id) FROM operations.encounter c
      WHERE c.corrects = e.id)) ORDER BY e.time, e.at, e.id), '[]')
  FROM operations.encounter e JOIN operations.person q ON q.id = e.person WHERE e.operation = op);

CREATE OR REPLACE FUNCTION operations.extract_head(x operations.extract) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('extract', operations.code('X', x.id), 'kind', x.kind, 'name', x.name, 'sha256',
  encode(x.sha256, 'hex'), 'rows', x.rows,
  'kept', x.kept, 'quarantined', x.quarantined, 'omitted', x.omitted,
  'state', x.state, 'total', x.total, 'message', x.message, 'hint', x.hint, 'unit', x.unit, 'by',
    line.accounts_name(x.account), 'at', line.stamp(x.at));

DROP FUNCTION IF EXISTS operations.extract_faults(uuid, integer);
CREATE OR REPLACE FUNCTION operations.extract_faults(of_extract uuid, most integer, skip integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('row', f.row, 'column', f."column", 'value', f.value, 'reason',
  f.reason) ORDER BY f.row, f."column"), '[]')
  FROM (SELECT * FROM operations.extract_fault q WHERE q.extract = of_extract ORDER BY q.row, q."column"
    LIMIT most OFFSET skip) f);

-- What a piece of a table adds to its figures: by the columns that are counted, and by month.
CREATE OR REPLACE FUNCTION operations.extract_count(of_extract uuid, kept jsonb) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO operations.extract_figure AS g (extract, "column", value, rows)
  SELECT of_extract, c.key, c.value, count(*) FROM jsonb_array_elements(kept) k, LATERAL (
    SELECT v.key, v.value FROM jsonb_each_text(k -> 'values') v
      WHERE v.key IN ('method', 'program', 'criminality', 'case_status', 'release_reason', 'final_order', 'operation')
    UNION ALL SELECT 'month', to_char((k ->> 'day')::date, 'YYYY-MM')) c GROUP BY 2, 3 ORDER BY 2, 3
  ON CONFLICT (extract, "column", value) DO UPDATE SET rows = g.rows + excluded.rows
$$;
