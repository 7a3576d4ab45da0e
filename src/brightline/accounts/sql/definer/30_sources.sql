-- Sources, their agreements and assessments: what a steward registers before a feed may run.
-- callers: none

CREATE OR REPLACE FUNCTION line.sources_agreement_json(g line.agreement, far boolean) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', g.id, 'regimes', g.regimes, 'units', g.units, 'valid_from', g.valid_from,
  'expires', g.expires, 'redistribution', g.redistribution, 'sole_basis', g.sole_basis, 'document', g.document,
  'state', CASE WHEN g.state = 'ended' THEN 'ended' WHEN g.expires < CURRENT_DATE THEN 'expired'
    WHEN g.valid_from > CURRENT_DATE THEN 'future' ELSE 'active' END)
  || CASE WHEN far THEN '{}' ELSE jsonb_build_object('pointer_tier', g.pointer_tier) END;

CREATE OR REPLACE FUNCTION line.sources_agreement(called text, far boolean) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT line.sources_agreement_json(g, far) FROM line.agreement g WHERE g.source = called
  ORDER BY (g.state = 'active') DESC, g.expires DESC LIMIT 1);

CREATE OR REPLACE FUNCTION line.sources_assessment(called text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('id', x.id, 'approved', x.approved, 'expires', x.expires,
    'state', CASE WHEN x.expires < CURRENT_DATE THEN 'expired' ELSE 'active' END)
  FROM line.assessment x WHERE x.source = called ORDER BY x.expires DESC LIMIT 1);

-- `far`: for somebody outside the custodian's unit. The pointer tier isn't told to them, since it says what is hidden.
CREATE OR REPLACE FUNCTION line.sources_head(s line.source, far boolean) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('name', s.name, 'title', s.title, 'publisher', s.publisher,
  'reliability', s.reliability,
    'regime', a.regime, 'authority', s.authority, 'authority_title', a.title, 'custodian_unit', s.custodian_unit,
    'state', s.state, 'agreement', line.sources_agreement(s.name, far), 'assessment', line.sources_assessment(s.name))
  FROM line.authority a WHERE a.code = s.authority);

-- Does whoever asks belong to the custodian, or steward or oversee?
CREATE OR REPLACE FUNCTION line.sources_near(who uuid, s line.source) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.role_grant g WHERE g.account = who AND line.accounts_live(g)
  AND (g.role IN ('steward', 'overseer') OR g.unit = s.custodian_unit));

-- A source whose existence may not be told (tier 0) is listed only to those it serves: a regime or unit of its
-- agreements.
CREATE OR REPLACE FUNCTION line.sources_told(who uuid, s line.source) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.sources_near(who, s) OR EXISTS (
  SELECT FROM line.agreement g WHERE g.source = s.name AND (g.pointer_tier >= 2 OR EXISTS (
    SELECT FROM line.role_grant r JOIN line.unit u ON u.name = r.unit
    WHERE r.account = who AND line.accounts_live(r) AND u.regime = ANY (g.regimes)
      AND (g.units = '{}' OR u.name = ANY (g.units)))));

-- callers: reader
CREATE OR REPLACE FUNCTION line.sources_list(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(line.sources_head(s, NOT line.sources_near(ctx.account, s)) ORDER BY s.name), '[]')
  FROM line.source s WHERE s.name <> 'case' AND line.sources_told(ctx.account, s));

-- callers: reader
CREATE OR REPLACE FUNCTION line.sources_show(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.source; wanted text := lower(line.need(p, 'name', 63)); far boolean;
BEGIN
  SELECT * INTO s FROM line.source x WHERE x.name = wanted;
  IF s.name IS NULL OR NOT line.sources_told(ctx.account, s) THEN PERFORM line.missing(ctx); END IF;
  far := NOT line.sources_near(ctx.account, s);
  RETURN line.sources_head(s, far) || jsonb_build_object(
    'agreements', (SELECT COALESCE(jsonb_agg(line.sources_agreement_json(g, far) ORDER BY g.expires DESC, g.id), '[]')
      FROM line.agreement g WHERE g.source = s.name),
    'assessments', (SELECT
      COALESCE(jsonb_agg(jsonb_build_object('id', x.id, 'approved', x.approved, 'expires', x.expires)
      ORDER BY x.expires DESC), '[]') FROM line.assessment x WHERE x.source = s.name));
END $$;

CREATE OR REPLACE FUNCTION line.sources_check_agreement(ctx line.context, g jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE regimes text[]; tier integer; ends date; id text;
BEGIN
  IF jsonb_typeof(g) IS DISTINCT FROM 'object' THEN
    PERFORM line.bad('agreement', 'is missing', 'No source without one: id, regimes, expires.'); END IF;
  id := line.need(g, 'id', 100); regimes := line.texts(g, 'regimes', 10); ends := line.date(g, 'expires');
  tier := line.int(g, 'pointer_tier', 0);
  IF regimes = '{}' OR NOT regimes <@ ARRAY['criminal', 'civil', 'regulatory'] THEN
    PERFORM line.bad('agreement.regimes', 'must name who may use the source', 'criminal, civil, regulatory.'); END IF;
  IF tier NOT BETWEEN 0 AND 3 THEN PERFORM line.bad('pointer_tier', 'must be 0, 1, 2 or 3', ''); END IF;
  IF ends IS NULL THEN PERFORM line.bad('agreement.expires', 'is missing',
    'Agreements end; write the last day.'); END IF;
  IF ends < COALESCE(line.date(g, 'valid_from'), CURRENT_DATE) THEN
    PERFORM line.bad('agreement.expires', 'lies before its beginning or in the past',
      'Renew the agreement first.'); END IF;
  IF EXISTS (SELECT FROM unnest(line.texts(g, 'units', 100)) x WHERE NOT EXISTS (SELECT FROM line.unit u
    WHERE u.name = x)) THEN
    PERFORM line.bad('agreement.units', 'names a unit that doesn''t exist', 'See unit list.'); END IF;
  IF EXISTS (SELECT FROM line.agreement x WHERE x.id = sources_check_agreement.g ->> 'id') THEN
    PERFORM line.conflict(ctx, 'exists', 'An agreement of that id exists.',
      'Agreements are never overwritten; take another id.'); END IF;
END $$;

CREATE OR REPLACE FUNCTION line.sources_check_assessment(a jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ends date; since date;
BEGIN
  IF jsonb_typeof(a) IS DISTINCT FROM 'object' THEN
    PERFORM line.bad('assessment', 'is missing',
      'No source without a privacy assessment: id, approved, expires.'); END IF;
  ends := line.date(a, 'expires'); since := line.date(a, 'approved');
  PERFORM line.need(a, 'id', 100);
  IF ends IS NULL OR since IS NULL OR since > CURRENT_DATE OR ends < CURRENT_DATE THEN
    PERFORM line.bad('assessment', 'isn''t approved and in force', 'Give the days of its approval and expiry.'); END IF;
END $$;

-- The terms of a proposal, plain: what was left out stands there with the value that it has.
CREATE OR REPLACE FUNCTION line.sources_terms(p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g jsonb := p -> 'agreement'; a jsonb := p -> 'assessment'; made jsonb := '{}';
BEGIN
  IF g IS NOT NULL THEN made := jsonb_build_object('agreement', jsonb_build_object('id', line.need(g, 'id', 100),
    'regimes', line.texts(g, 'regimes', 10),
    'units', line.texts(g, 'units', 100), 'pointer_tier', line.int(g, 'pointer_tier', line.int(p, 'pointer_tier', 0)),
    'valid_from', COALESCE(line.date(g, 'valid_from'), CURRENT_DATE), 'expires', line.date(g, 'expires'),
    'redistribution', COALESCE(line.text(g, 'redistribution', 200), 'none'), 'sole_basis',
      line.bool(g, 'sole_basis', false),
    'document', COALESCE(line.text(g, 'document', 2000), ''))); END IF;
  IF a IS NOT NULL THEN made := made || jsonb_build_object('assessment',
    jsonb_build_object('id', line.need(a, 'id', 100), 'approved', line.date(a, 'approved'),
    'expires', line.date(a, 'expires'))); END IF;
  RETURN made;
END $$;

-- Agreement and assessment of a source come to hold: an agreement from its first day on and never before now; an
-- assessment that is there already gets its later day.
CREATE OR REPLACE FUNCTION line.register_terms(of text, terms jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.agreement (id, source, regimes, units, pointer_tier, valid_from, expires,
    redistribution, sole_basis, document)
    SELECT g ->> 'id', of, ARRAY(SELECT jsonb_array_elements_text(g -> 'regimes')),
      ARRAY(SELECT jsonb_array_elements_text(g -> 'units')), (g ->> 'pointer_tier')::integer,
      (g ->> 'valid_from')::date, (g ->> 'expires')::date, g ->> 'redistribution',
        (g ->> 'sole_basis')::boolean, g ->> 'document'
    FROM (SELECT terms -> 'agreement' AS g) x WHERE g IS NOT NULL;
  INSERT INTO line.assessment (source, id, approved, expires) SELECT of, a ->> 'id', (a ->> 'approved')::date,
    (a ->> 'expires')::date
    FROM (SELECT terms -> 'assessment' AS a) x WHERE a IS NOT NULL
    ON CONFLICT (source, id) DO UPDATE SET expires = EXCLUDED.expires
$$;

CREATE OR REPLACE FUNCTION line.register_source(r line.proposal) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.source (name, title, publisher, reliability, authority, custodian_unit)
    VALUES (r.terms ->> 'name', r.terms ->> 'title',
    r.terms ->> 'publisher', r.terms ->> 'reliability', r.terms ->> 'authority', r.terms ->> 'custodian_unit');
  SELECT line.register_terms(r.about, r.terms)
$$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.sources_add(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  called text := lower(line.need(p, 'name', 41)); law text := lower(line.need(p, 'authority', 63));
  holder text := COALESCE(line.text(p, 'custodian_unit', 63), ctx.unit);
  grade text := upper(COALESCE(line.text(p, 'reliability', 1), 'F'));
BEGIN
  IF called !~ '^[a-z0-9][a-z0-9-]{0,40}$' OR called = ANY (ARRAY['case', 'value', 'crossing']) THEN
    PERFORM line.bad('name', 'can''t be a source''s name',
      'Small letters, digits and dashes; not case, value or crossing.'); END IF;
  IF grade !~ '^[A-F]$' THEN PERFORM line.bad('reliability', 'must be a letter from A to F', ''); END IF;
  IF NOT EXISTS (SELECT FROM line.authority a WHERE a.code = law AND line.accounts_in_force(a)) THEN
    PERFORM line.bad('authority', 'is unknown or out of force', 'See authority list.'); END IF;
  IF NOT EXISTS (SELECT FROM line.unit u WHERE u.name = holder AND u.state = 'active') THEN
    PERFORM line.bad('custodian_unit', 'no such unit', 'See unit list.'); END IF;
  IF EXISTS (SELECT FROM line.source s WHERE s.name = called) THEN
    PERFORM line.conflict(ctx, 'exists', 'A source of that name exists.',
      'Renew its agreement (source renew), or take another name.'); END IF;
  PERFORM line.sources_check_agreement(ctx, p -> 'agreement');
  PERFORM line.sources_check_assessment(p -> 'assessment');
  PERFORM line.register_side(ctx, holder, NULL);
  RETURN line.proposal_json(ctx, line.propose(ctx, 'source_add', called, NULL, holder,
    line.texts(p -> 'agreement', 'regimes', 10),
    jsonb_build_object('name', called, 'title', line.need(p, 'title', 300), 'publisher',
      COALESCE(line.text(p, 'publisher', 300), ''), 'reliability', grade,
      'authority', law, 'custodian_unit', holder) || line.sources_terms(p), line.text(p, 'reason', 2000)));
END $$;

CREATE OR REPLACE FUNCTION line.sources_need(ctx line.context, wanted text) RETURNS line.source
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.source;
BEGIN
  SELECT * INTO s FROM line.source x WHERE x.name = wanted AND x.name <> 'case';
  IF s.name IS NULL THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.register_side(ctx, s.custodian_unit, NULL);
  RETURN s;
END $$;

-- A further agreement, a further assessment, or both, for a source that is there.
-- callers: writer
CREATE OR REPLACE FUNCTION line.sources_renew(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.source := line.sources_need(ctx, lower(line.need(p, 'name', 63)));
why text := line.need(p, 'reason', 2000); given jsonb := jsonb_strip_nulls(p);
BEGIN
  IF NOT given ?| ARRAY['agreement', 'assessment'] THEN
    PERFORM line.bad('agreement', 'is missing', 'Give a further agreement, a further assessment, or both.'); END IF;
  IF given ? 'agreement' THEN PERFORM line.sources_check_agreement(ctx, given -> 'agreement'); END IF;
  IF given ? 'assessment' THEN PERFORM line.sources_check_assessment(given -> 'assessment'); END IF;
  RETURN line.proposal_json(ctx, line.propose(ctx, 'source_renew', s.name, NULL, s.custodian_unit,
    CASE WHEN given ? 'agreement' THEN line.texts(given -> 'agreement', 'regimes', 10)
      ELSE ARRAY(SELECT DISTINCT unnest(g.regimes) FROM line.agreement g
      WHERE g.source = s.name AND g.state = 'active') END, line.sources_terms(given), why));
END $$;

CREATE OR REPLACE FUNCTION line.sources_agreement_need(ctx line.context, p jsonb) RETURNS line.agreement
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g line.agreement; wanted text := line.need(p, 'id', 100);
BEGIN
  SELECT * INTO g FROM line.agreement x WHERE x.id = wanted FOR UPDATE;
  IF g.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.sources_need(ctx, g.source);
  IF g.state = 'ended' THEN PERFORM line.conflict(ctx, 'state', 'The agreement has ended already.',
    'Renew the source under another: source renew.'); END IF;
  RETURN g;
END $$;

-- The same terms for longer; also for one that has run out.
-- callers: writer
CREATE OR REPLACE FUNCTION line.sources_agreement_extend(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g line.agreement := line.sources_agreement_need(ctx, p); last date := line.date(p, 'expires');
why text := line.need(p, 'reason', 2000);
BEGIN
  IF last IS NULL OR last <= g.expires OR last < CURRENT_DATE THEN
    PERFORM line.bad('expires', 'is no later day than the one it has',
      'To end it sooner, end it: agreement end.'); END IF;
  RETURN line.proposal_json(ctx, line.propose(ctx, 'agreement_extend', g.id, NULL, (SELECT s.custodian_unit
    FROM line.source s WHERE s.name = g.source), g.regimes,
    jsonb_build_object('id', g.id, 'source', g.source, 'was', g.expires, 'expires', last), why));
END $$;

CREATE OR REPLACE FUNCTION line.register_agreement_until(r line.proposal) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE line.agreement g SET expires = (r.terms ->> 'expires')::date WHERE g.id = r.about AND g.state = 'active' $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.sources_agreement_expire(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g line.agreement := line.sources_agreement_need(ctx, p); why text := line.need(p, 'reason', 2000);
BEGIN
  RETURN line.proposal_json(ctx, line.propose(ctx, 'agreement_end', g.id, NULL, (SELECT s.custodian_unit
    FROM line.source s WHERE s.name = g.source), g.regimes,
    jsonb_build_object('id', g.id, 'source', g.source), why));
END $$;

-- Ended before its day: nothing that rests on it alone is visible at the next call. Told to whoever answers for a case
-- or unit that it served, and to the source's keepers.
CREATE OR REPLACE FUNCTION line.register_agreement_end(ctx line.context, r line.proposal) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g line.agreement;
BEGIN
  UPDATE line.agreement x SET state = 'ended' WHERE x.id = r.about RETURNING * INTO g;
  PERFORM line.tell(ctx, ARRAY(
      SELECT line.case_answers(x.case_id) FROM line.purpose x JOIN line.authority a ON a.code = x.authority
        WHERE x.kind = 'case' AND x.state <> 'closed' AND a.regime = ANY (g.regimes)
          AND (g.units = '{}' OR x.unit = ANY (g.units))
      UNION SELECT line.holders('supervisor', u.name) FROM line.unit u WHERE u.regime = ANY (g.regimes)
        AND (g.units = '{}' OR u.name = ANY (g.units))
      UNION SELECT line.register_keepers(r.unit)), 'proposal',
    format('The agreement %s on %s has ended: what rests on it alone is seen no longer (%s)',
      g.id, g.source, r.number));
END $$;
