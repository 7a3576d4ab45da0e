-- Sources, their agreements and assessments: what a steward registers before a feed may run.

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
ALTER FUNCTION line.sources_agreement(text, boolean) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.sources_assessment(called text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('id', x.id, 'approved', x.approved, 'expires', x.expires,
    'state', CASE WHEN x.expires < CURRENT_DATE THEN 'expired' ELSE 'active' END)
  FROM line.assessment x WHERE x.source = called ORDER BY x.expires DESC LIMIT 1);
ALTER FUNCTION line.sources_assessment(text) OWNER TO brightline_line;

-- `far`: for somebody outside the custodian's unit. The pointer tier isn't told to them, since it says what is hidden.
CREATE OR REPLACE FUNCTION line.sources_head(s line.source, far boolean) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('name', s.name, 'title', s.title, 'publisher', s.publisher, 'reliability', s.reliability,
    'regime', a.regime, 'authority', s.authority, 'authority_title', a.title, 'custodian_unit', s.custodian_unit,
    'state', s.state, 'agreement', line.sources_agreement(s.name, far), 'assessment', line.sources_assessment(s.name))
  FROM line.authority a WHERE a.code = s.authority);
ALTER FUNCTION line.sources_head(line.source, boolean) OWNER TO brightline_line;

-- Does whoever asks belong to the custodian, or steward or oversee?
CREATE OR REPLACE FUNCTION line.sources_near(who uuid, s line.source) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.role_grant g WHERE g.account = who AND line.accounts_live(g)
  AND (g.role IN ('steward', 'overseer') OR g.unit = s.custodian_unit));
ALTER FUNCTION line.sources_near(uuid, line.source) OWNER TO brightline_line;

-- A source whose existence may not be told (tier 0) is listed only to those it serves: a regime or unit of its agreements.
CREATE OR REPLACE FUNCTION line.sources_told(who uuid, s line.source) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.sources_near(who, s) OR EXISTS (
  SELECT FROM line.agreement g WHERE g.source = s.name AND (g.pointer_tier >= 2 OR EXISTS (
    SELECT FROM line.role_grant r JOIN line.unit u ON u.name = r.unit
    WHERE r.account = who AND line.accounts_live(r) AND u.regime = ANY (g.regimes)
      AND (g.units = '{}' OR u.name = ANY (g.units)))));
ALTER FUNCTION line.sources_told(uuid, line.source) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.sources_list(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(line.sources_head(s, NOT line.sources_near(ctx.account, s)) ORDER BY s.name), '[]')
  FROM line.source s WHERE s.name <> 'case' AND line.sources_told(ctx.account, s));
ALTER FUNCTION line.sources_list(line.context) OWNER TO brightline_line;

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
    'assessments', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', x.id, 'approved', x.approved, 'expires', x.expires)
      ORDER BY x.expires DESC), '[]') FROM line.assessment x WHERE x.source = s.name));
END $$;
ALTER FUNCTION line.sources_show(line.context, jsonb) OWNER TO brightline_line;

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
  IF ends IS NULL THEN PERFORM line.bad('agreement.expires', 'is missing', 'Agreements end; write the last day.'); END IF;
  IF ends < COALESCE(line.date(g, 'valid_from'), CURRENT_DATE) THEN
    PERFORM line.bad('agreement.expires', 'lies before its beginning or in the past', 'Renew the agreement first.'); END IF;
  IF EXISTS (SELECT FROM unnest(line.texts(g, 'units', 100)) x WHERE NOT EXISTS (SELECT FROM line.unit u WHERE u.name = x)) THEN
    PERFORM line.bad('agreement.units', 'names a unit that doesn''t exist', 'See unit list.'); END IF;
  IF EXISTS (SELECT FROM line.agreement x WHERE x.id = sources_check_agreement.g ->> 'id') THEN
    PERFORM line.conflict(ctx, 'exists', 'An agreement of that id exists.', 'Agreements are never overwritten; take another id.'); END IF;
END $$;
ALTER FUNCTION line.sources_check_agreement(line.context, jsonb) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.sources_agree(ctx line.context, of text, g jsonb, tier integer) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.sources_check_agreement(ctx, g);
  INSERT INTO line.agreement (id, source, regimes, units, pointer_tier, valid_from, expires, redistribution, sole_basis, document)
    VALUES (line.need(g, 'id', 100), of, line.texts(g, 'regimes', 10), line.texts(g, 'units', 100),
      line.int(g, 'pointer_tier', tier), COALESCE(line.date(g, 'valid_from'), CURRENT_DATE), line.date(g, 'expires'),
      COALESCE(line.text(g, 'redistribution', 200), 'none'), line.bool(g, 'sole_basis', false),
      COALESCE(line.text(g, 'document', 2000), ''));
END $$;
ALTER FUNCTION line.sources_agree(line.context, text, jsonb, integer) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.sources_assess(of text, a jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ends date; since date;
BEGIN
  IF jsonb_typeof(a) IS DISTINCT FROM 'object' THEN
    PERFORM line.bad('assessment', 'is missing', 'No source without a privacy assessment: id, approved, expires.'); END IF;
  ends := line.date(a, 'expires'); since := line.date(a, 'approved');
  IF ends IS NULL OR since IS NULL OR since > CURRENT_DATE OR ends < CURRENT_DATE THEN
    PERFORM line.bad('assessment', 'isn''t approved and in force', 'Give the days of its approval and expiry.'); END IF;
  INSERT INTO line.assessment (source, id, approved, expires) VALUES (of, line.need(a, 'id', 100), since, ends)
    ON CONFLICT (source, id) DO UPDATE SET expires = EXCLUDED.expires;
END $$;
ALTER FUNCTION line.sources_assess(text, jsonb) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.sources_add(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  called text := lower(line.need(p, 'name', 41)); law text := lower(line.need(p, 'authority', 63));
  holder text := COALESCE(line.text(p, 'custodian_unit', 63), ctx.unit);
  grade text := upper(COALESCE(line.text(p, 'reliability', 1), 'F')); made line.source;
BEGIN
  IF called !~ '^[a-z0-9][a-z0-9-]{0,40}$' OR called = ANY (ARRAY['case', 'value', 'crossing']) THEN
    PERFORM line.bad('name', 'can''t be a source''s name', 'Small letters, digits and dashes; not case, value or crossing.'); END IF;
  IF grade !~ '^[A-F]$' THEN PERFORM line.bad('reliability', 'must be a letter from A to F', ''); END IF;
  IF NOT EXISTS (SELECT FROM line.authority a WHERE a.code = law AND line.accounts_in_force(a)) THEN
    PERFORM line.bad('authority', 'is unknown or out of force', 'See authority list.'); END IF;
  IF NOT EXISTS (SELECT FROM line.unit u WHERE u.name = holder AND u.state = 'active') THEN
    PERFORM line.bad('custodian_unit', 'no such unit', 'See unit list.'); END IF;
  IF EXISTS (SELECT FROM line.source s WHERE s.name = called) THEN
    PERFORM line.conflict(ctx, 'exists', 'A source of that name exists.', 'Add an agreement to it, or take another name.'); END IF;
  INSERT INTO line.source (name, title, publisher, reliability, authority, custodian_unit)
    VALUES (called, line.need(p, 'title', 300), COALESCE(line.text(p, 'publisher', 300), ''), grade, law, holder) RETURNING * INTO made;
  PERFORM line.sources_agree(ctx, called, p -> 'agreement', line.int(p, 'pointer_tier', 0));
  PERFORM line.sources_assess(called, p -> 'assessment');
  PERFORM line.move_epoch();
  RETURN line.sources_head(made, false);
END $$;
ALTER FUNCTION line.sources_add(line.context, jsonb) OWNER TO brightline_line;

-- A further agreement or assessment for a source that is there: renewal.
CREATE OR REPLACE FUNCTION line.sources_renew(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.source; wanted text := lower(line.need(p, 'name', 63));
BEGIN
  SELECT * INTO s FROM line.source x WHERE x.name = wanted;
  IF s.name IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF p ? 'agreement' THEN PERFORM line.sources_agree(ctx, s.name, p -> 'agreement', line.int(p, 'pointer_tier', 0)); END IF;
  IF p ? 'assessment' THEN PERFORM line.sources_assess(s.name, p -> 'assessment'); END IF;
  PERFORM line.move_epoch();
  RETURN line.sources_head(s, false);
END $$;
ALTER FUNCTION line.sources_renew(line.context, jsonb) OWNER TO brightline_line;

-- Ended before its day: nothing that rests on it alone is visible at the next call.
CREATE OR REPLACE FUNCTION line.sources_agreement_expire(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g line.agreement; wanted text := line.need(p, 'id', 100);
BEGIN
  PERFORM line.need(p, 'reason', 2000);
  SELECT * INTO g FROM line.agreement x WHERE x.id = wanted FOR UPDATE;
  IF g.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF g.state = 'ended' THEN PERFORM line.conflict(ctx, 'state', 'The agreement has ended already.', ''); END IF;
  UPDATE line.agreement x SET state = 'ended' WHERE x.id = g.id;
  PERFORM line.move_epoch();
  RETURN jsonb_build_object('id', g.id, 'source', g.source, 'state', 'ended');
END $$;
ALTER FUNCTION line.sources_agreement_expire(line.context, jsonb) OWNER TO brightline_line;
