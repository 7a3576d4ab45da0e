-- Words of planning: what an objective, an amount and an expected person may be.
-- callers: reader, writer
-- owner: owner

-- Whoever asked takes back, as long as it hasn't begun.
INSERT INTO operations.transition (state, act, becomes) VALUES ('legal_review', 'withdraw', 'draft'),
  ('cleared', 'withdraw', 'draft'),
  ('approved', 'withdraw', 'draft') ON CONFLICT DO NOTHING;

CREATE OR REPLACE FUNCTION operations.amounts(ctx line.context, given jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE k text; told jsonb := '{}';
BEGIN
  FOR k IN SELECT jsonb_object_keys(given) LOOP
    IF NOT k = ANY (ARRAY['criminal', 'civil', 'regulatory']) THEN
      PERFORM line.bad('budget', 'names an unknown regime', 'criminal, civil or regulatory.'); END IF;
    told := told || jsonb_build_object(k, operations.money(given, k));
  END LOOP;
  RETURN told;
END $$;

-- Rules 30 and 31. The first objective is the primary one; it has the desk's regime.
CREATE OR REPLACE FUNCTION operations.objective_law(ctx line.context, j jsonb, rank integer) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  law jsonb := line.operations_authority(line.need(j, 'authority', 63));
  tool text := line.need(j, 'instrument', 40);
  kind text := line.text(j, 'regime', 20);
  criminal_tool boolean := tool IN ('search warrant', 'arrest warrant');
BEGIN
  IF length(line.need(j, 'text', 2000)) < 10 THEN
    PERFORM line.bad('objectives', 'has a text of fewer than 10 characters', 'Say what is to be reached.'); END IF;
  IF NOT tool = ANY (ARRAY['search warrant', 'arrest warrant', 'administrative warrant', 'summons',
    'consent', 'none']) THEN
    PERFORM line.bad('instrument', 'is unknown',
      'search warrant, arrest warrant, administrative warrant, summons, consent or none.'); END IF;
  IF law IS NULL THEN
    PERFORM line.refuse(ctx, 'authority', 'An authority named here is unknown or not in force.',
      'See authority list.'); END IF;
  IF kind IS NOT NULL AND kind <> law ->> 'regime' THEN
    PERFORM line.refuse(ctx, 'regime', format('Objective %s is called %s, but its authority is %s.', rank,
      kind, law ->> 'regime'),
      'The regime is the authority''s.'); END IF;
  IF law ->> 'regime' <> 'criminal' AND criminal_tool THEN
    PERFORM line.refuse(ctx, 'instrument',
      format('A %s is an instrument of the criminal law, and objective %s is %s%s.', tool, rank,
        law ->> 'regime', CASE WHEN rank = 1 THEN ', the primary one' ELSE '' END),
      'A criminal instrument mustn''t serve a civil purpose (Perez Cruz v. Barr, 926 F.3d 1128). Use an administrative '
      'warrant, a summons or consent.'); END IF;
  IF law ->> 'regime' = 'criminal' AND tool = 'administrative warrant' THEN
    PERFORM line.refuse(ctx, 'instrument', 'An administrative warrant serves no criminal objective.',
      'Ask a court for a warrant.'); END IF;
  IF rank = 1 AND law ->> 'regime' <> ctx.regime THEN
    PERFORM line.refuse(ctx, 'regime', format('This desk works in the %s regime; the primary objective is %s.',
      ctx.regime, law ->> 'regime'),
      'Rank first what the unit is there for, or plan at a desk of that regime.'); END IF;
  IF NOT operations.process_fits(tool, ARRAY(SELECT jsonb_array_elements_text(law -> 'processes'))) THEN
    PERFORM line.refuse(ctx, 'process', format('The authority %s permits no %s.', law ->> 'code', tool),
      'Use a process of the statute, or another authority.'); END IF;
  RETURN law;
END $$;

-- Rule 31: a process outside its statute. A statute that names none leaves it to the law elsewhere.
CREATE OR REPLACE FUNCTION operations.process_fits(tool text, processes text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN cardinality(processes) = 0 OR CASE
  WHEN tool IN ('search warrant', 'arrest warrant')
    THEN processes && ARRAY['warrant', 'search-warrant', 'arrest-warrant']
  WHEN tool = 'administrative warrant' THEN processes && ARRAY['warrant', 'administrative-warrant', 'inspection-notice']
  WHEN tool = 'summons' THEN processes && ARRAY['summons', 'subpoena'] ELSE true END;

CREATE OR REPLACE FUNCTION operations.expect(ctx line.context, o operations.operation, j jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE kind text := COALESCE(line.text(j, 'regime', 20), o.regime); sort text := line.need(j, 'category', 20);
n integer := line.int(j, 'people', NULL);
BEGIN
  IF NOT kind = ANY (ARRAY['criminal', 'civil', 'regulatory']) THEN
    PERFORM line.bad('expected', 'names an unknown regime', 'criminal, civil or regulatory.'); END IF;
  IF NOT sort = ANY (ARRAY['suspect', 'convicted', 'victim', 'witness', 'associate', 'other']) THEN
    PERFORM line.bad('category', 'is unknown', 'suspect, convicted, victim, witness, associate or other.'); END IF;
  IF n IS NULL OR n NOT BETWEEN 0 AND 10000 THEN
    PERFORM line.bad('people', 'must be a number of people', 'From 0 to 10000.'); END IF;
  IF EXISTS (SELECT FROM operations.expected e WHERE e.operation = o.id AND e.regime = kind AND e.category = sort) THEN
    PERFORM line.bad('expected', 'names the same regime and category twice', 'One row for each.'); END IF;
  INSERT INTO operations.expected (operation, regime, category, people) VALUES (o.id, kind, sort, n);
END $$;

CREATE OR REPLACE FUNCTION operations.decisions(o operations.operation) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('step', d.step, 'by', line.accounts_name(d.who), 'by_title',
  line.accounts_title(d.who),
    'at', line.stamp(d.at), 'reason', d.why)), '[]')
  FROM (VALUES ('planned', o.author, o.made, ''), ('legal review', o.legal_by, o.legal_at, o.legal_text),
    ('approved', o.approved_by, o.approved_at, ''), ('closed', o.closed_by, o.closed_at, o.summary),
    ('reviewed', o.review_by, o.review_at, o.review_text)) d(step, who, at, why) WHERE d.who IS NOT NULL);

-- What a booking takes the place of: it stands still, and belongs to the operation.
CREATE OR REPLACE FUNCTION operations.cost_corrected(ctx line.context, o operations.operation, p jsonb)
  RETURNS operations.cost
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE old operations.cost; wanted text := upper(line.text(p, 'corrects', 40)); fault text[];
BEGIN
  IF wanted IS NULL THEN RETURN NULL; END IF;
  SELECT * INTO old FROM operations.cost x WHERE operations.code('K', x.id) = wanted
    AND x.operation = o.id ORDER BY x.id LIMIT 1;
  IF old.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF EXISTS (SELECT FROM operations.cost c WHERE c.corrects = old.id) THEN
    PERFORM line.conflict(ctx, 'corrected', 'That cost is corrected already.',
      'Correct the booking that stands in its place.'); END IF;
  fault := line.operations_words_fault(COALESCE(line.text(p, 'correction', 2000), ''));
  IF fault IS NOT NULL OR length(p ->> 'correction') < 20 THEN
    PERFORM line.bad('correction', 'doesn''t say what was wrong',
      'What was booked, what is right, and how you know, in 20 characters or more.'); END IF;
  RETURN old;
END $$;
