-- Crossings. Requester, custodian, approver and overseer each see another part of one row, so the tables answer to
-- these functions alone. Nothing that the beneficiary's side is told depends on whether an id it asked for exists.

CREATE OR REPLACE FUNCTION line.crossing_number() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n text; width integer := 4;
BEGIN
  FOR i IN 1 .. 60 LOOP
    IF i > 20 THEN width := 6; END IF;
    n := 'X-' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY') || '-'
      || lpad(floor(random() * power(10, width))::bigint::text, width, '0');
    IF NOT EXISTS (SELECT FROM line.crossing c WHERE c.number = n) THEN RETURN n; END IF;
  END LOOP;
  RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'numbers', DETAIL =
    '{"code": "numbers", "detail": "No free crossing number was found.", "hint": "Try again."}';
END $$;
ALTER FUNCTION line.crossing_number() OWNER TO brightline_line;

-- An approved or waiting crossing is over the moment its time is; nothing has to run for that.
CREATE OR REPLACE FUNCTION line.crossing_state(c line.crossing) RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN c.state IN ('approved', 'requested') AND c.expires <= clock_timestamp() THEN 'expired' ELSE c.state END;

-- The aspects that the named items are made of: never what lies in a compartment, never a copy of a crossing.
CREATE OR REPLACE FUNCTION line.crossing_targets(of uuid) RETURNS SETOF content.aspect
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT a.* FROM line.crossing_item i JOIN content.aspect a ON a.entity = i.entity AND a.compartment IS NULL
    WHERE i.crossing = of ORDER BY a.entity, a.source, a.id;
END;
ALTER FUNCTION line.crossing_targets(uuid) OWNER TO brightline_line;

-- Protected traits never cross, whatever is named (rule 2).
CREATE OR REPLACE FUNCTION line.crossing_named(properties jsonb, fields text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(properties) e
  WHERE e.key = ANY (fields) AND NOT e.key = ANY (ARRAY['ethnicity', 'religion', 'political', 'nationalityEthnic', 'sexualOrientation']));

CREATE OR REPLACE FUNCTION line.crossing_digest(a content.aspect, fields text[]) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(convert_to(a.schema || line.crossing_named(a.properties, fields)::text, 'UTF8'));

CREATE OR REPLACE FUNCTION line.crossing_custodians(of uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT s.custodian_unit FROM line.crossing_targets(of) a JOIN line.source s ON s.name = a.source
  WHERE s.custodian_unit IS NOT NULL
  UNION SELECT line.leads_home(c.beneficiary) FROM line.crossing c WHERE c.id = of AND line.leads_home(c.beneficiary) IS NOT NULL
  ORDER BY 1);
ALTER FUNCTION line.crossing_custodians(uuid) OWNER TO brightline_line;

-- Everybody on either side, and everybody above them: requester; whoever is or was a member of the beneficiary's case;
-- its unit's supervisors; the custodians' supervisors and stewards; whoever gave an opinion; and their superiors.
CREATE OR REPLACE FUNCTION line.crossing_chain(of uuid, under uuid, requester uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH RECURSIVE seed AS (
      SELECT crossing_chain.requester AS account
      UNION SELECT unnest(line.leads_chain(under))
      UNION SELECT m.account FROM line.purpose p JOIN line.case_member m ON m.case_id = p.case_id WHERE p.id = under
      UNION SELECT r.supervisor FROM line.purpose p JOIN line.case_ref r ON r.case_id = p.case_id WHERE p.id = under
      UNION SELECT g.account FROM line.purpose p JOIN line.role_grant g ON g.unit = p.unit AND g.role = 'supervisor'
        WHERE p.id = under AND line.accounts_live(g)
      UNION SELECT g.account FROM line.role_grant g WHERE g.unit = ANY (line.crossing_custodians(of))
        AND g.role IN ('supervisor', 'steward') AND line.accounts_live(g)
      UNION SELECT o.account FROM line.crossing_opinion o WHERE o.crossing = of),
    up AS (SELECT s.account FROM seed s WHERE s.account IS NOT NULL
      UNION SELECT a.supervisor FROM up u JOIN line.account a ON a.id = u.account WHERE a.supervisor IS NOT NULL)
  SELECT COALESCE(array_agg(u.account ORDER BY u.account), '{}') FROM up u;
END;
ALTER FUNCTION line.crossing_chain(uuid, uuid, uuid) OWNER TO brightline_line;

-- As whom the caller meets this crossing; NULL: it doesn't exist for them.
CREATE OR REPLACE FUNCTION line.crossing_side(ctx line.context, c line.crossing) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE b line.purpose; desk text;
BEGIN
  SELECT * INTO b FROM line.purpose p WHERE p.id = c.beneficiary;
  IF ctx.kind = 'case' THEN RETURN CASE WHEN ctx.case_id = b.case_id THEN 'beneficiary' END; END IF;
  IF ctx.kind = 'lead' THEN RETURN line.leads_side(ctx, b.id); END IF;
  IF ctx.kind = 'oversight' THEN RETURN 'overseer'; END IF;
  desk := split_part(ctx.purpose_key, '/', 2);
  IF desk = 'approver' THEN RETURN 'approver'; END IF;
  IF desk IN ('supervisor', 'steward') AND ctx.unit = ANY (line.crossing_custodians(c.id)) THEN RETURN 'custodian'; END IF;
  IF b.kind = 'lead' THEN RETURN line.leads_side(ctx, b.id); END IF;
  IF b.case_id IN (SELECT line.cases()) THEN RETURN CASE desk WHEN 'supervisor' THEN 'supervisor' ELSE 'beneficiary' END; END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION line.crossing_side(line.context, line.crossing) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_find(ctx line.context, p jsonb) RETURNS line.crossing
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.crossing; wanted text := upper(line.need(p, 'crossing', 100));
BEGIN
  SELECT * INTO c FROM line.crossing x WHERE x.number = wanted FOR UPDATE;
  IF c.id IS NULL OR line.crossing_side(ctx, c) IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN c;
END $$;
ALTER FUNCTION line.crossing_find(line.context, jsonb) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_step(ctx line.context, c line.crossing, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text; now_state text := line.crossing_state(c);
BEGIN
  SELECT t.becomes INTO after FROM line.crossing_transition t WHERE t.state = now_state AND t.act = crossing_step.act;
  IF after IS NULL THEN
    PERFORM line.conflict(ctx, 'state', format('A crossing that is %s can''t be changed by %s.', now_state, act),
      'What was decided stays; request a new crossing.'); END IF;
  RETURN after;
END $$;
ALTER FUNCTION line.crossing_step(line.context, line.crossing, text) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_head(c line.crossing) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('crossing', c.number, 'id', c.id, 'state', line.crossing_state(c),
    'beneficiary', p.key, 'beneficiary_title', p.title, 'beneficiary_regime', b.regime, 'beneficiary_unit', p.unit,
    'requester', line.accounts_name(c.requester), 'requester_title', line.accounts_title(c.requester),
    'items', (SELECT count(*) FROM line.crossing_item i WHERE i.crossing = c.id), 'fields', c.fields, 'links', c.links,
    'basis', c.basis, 'basis_title', l.title, 'basis_statute', l.statute, 'requested', line.stamp(c.requested),
    'expires', line.stamp(c.expires), 'decided', line.stamp(c.decided), 'decided_by', line.accounts_title(c.decided_by),
    'decision_reason', c.decision_reason, 'revoked', line.stamp(c.revoked), 'revoked_by', line.accounts_title(c.revoked_by),
    'revoke_reason', c.revoke_reason)
  FROM line.purpose p JOIN line.authority b ON b.code = p.authority, line.authority l
  WHERE p.id = c.beneficiary AND l.code = c.basis);
ALTER FUNCTION line.crossing_head(line.crossing) OWNER TO brightline_line;

-- ------------------------------------------------------------------------------------------ request

CREATE OR REPLACE FUNCTION line.crossing_checked(ctx line.context, p jsonb) RETURNS line.crossing
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.crossing; f text; fault text[]; until date := line.date(p, 'expires');
BEGIN
  c.fields := ARRAY(SELECT DISTINCT btrim(x) FROM unnest(line.texts(p, 'fields', 40)) x);
  IF c.fields = '{}' THEN PERFORM line.bad('fields', 'is empty', 'Name the fields that are needed, for instance name, birthDate.'); END IF;
  FOREACH f IN ARRAY c.fields LOOP
    IF f !~ '^[a-zA-Z][a-zA-Z0-9]{1,39}$' THEN PERFORM line.bad('fields', 'holds something that is no field', 'Use FollowTheMoney names.'); END IF;
    IF f = ANY (ARRAY['ethnicity', 'religion', 'political', 'nationalityEthnic', 'sexualOrientation']) THEN
      PERFORM line.refuse(ctx, 'trait', f || ' never crosses: it is a protected trait.', 'Leave it out.'); END IF;
  END LOOP;
  c.basis := lower(line.need(p, 'basis', 63));
  IF NOT EXISTS (SELECT FROM line.authority a WHERE a.code = c.basis AND line.accounts_in_force(a)) THEN
    PERFORM line.refuse(ctx, 'authority', 'The legal basis is unknown or not in force.', 'Name a statute section that is; see authority list.'); END IF;
  c.necessity := COALESCE(line.text(p, 'necessity', 4000), ''); c.alternatives := COALESCE(line.text(p, 'alternatives', 4000), '');
  fault := line.reason_fault(ctx.account, c.necessity);
  IF fault[1] IN ('reason_short', 'reason_stock') THEN PERFORM line.refuse(ctx, 'necessity', fault[2], fault[3]); END IF;
  IF length(c.necessity) < line.rule_int('crossing.shortest_necessity') THEN
    PERFORM line.refuse(ctx, 'necessity', format('The necessity has %s characters; at least %s are needed.', length(c.necessity),
      line.rule_int('crossing.shortest_necessity')), 'Say what can''t be done without it.'); END IF;
  IF length(c.alternatives) < line.rule_int('crossing.shortest_alternatives') THEN
    PERFORM line.refuse(ctx, 'alternatives', 'What else was tried or considered isn''t said.',
      format('State it in at least %s characters.', line.rule_int('crossing.shortest_alternatives'))); END IF;
  IF until IS NULL OR until <= CURRENT_DATE OR until > CURRENT_DATE + line.rule_int('crossing.longest_days') THEN
    PERFORM line.bad('expires', format('must lie within %s days', line.rule_int('crossing.longest_days')), 'Name the day when the need will be over.'); END IF;
  c.expires := (until + 1)::timestamp AT TIME ZONE 'UTC'; c.links := line.bool(p, 'links', false);
  RETURN c;
END $$;
ALTER FUNCTION line.crossing_checked(line.context, jsonb) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_request(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_checked(ctx, p); named text[] := line.texts(p, 'items', 50); t text; hex text;
  beneficiary uuid := ctx.purpose;
BEGIN
  IF named = '{}' THEN PERFORM line.bad('items', 'is empty', 'Name the ids that are needed.'); END IF;
  -- A case asks for what another holds; a lead offers what it holds to another regime's unit.
  IF ctx.kind = 'lead' THEN beneficiary := line.leads_beneficiary(ctx, p); c.links := false; END IF;
  INSERT INTO line.crossing (number, beneficiary, requester, fields, links, basis, necessity, alternatives, chain, expires)
    VALUES (line.crossing_number(), beneficiary, ctx.account, c.fields, c.links, c.basis, c.necessity, c.alternatives, '{}', c.expires)
    RETURNING * INTO c;
  FOREACH t IN ARRAY named LOOP
    hex := right(replace(lower(btrim(t)), '-', ''), 32);
    IF hex !~ '^[0-9a-f]{32}$' THEN PERFORM line.bad('items', 'holds something that is no id', 'Use ids as the lists print them.'); END IF;
    INSERT INTO line.crossing_item (crossing, entity, printed) VALUES (c.id, hex::uuid, left(lower(btrim(t)), 120)) ON CONFLICT DO NOTHING;
  END LOOP;
  UPDATE line.crossing x SET chain = line.crossing_chain(c.id, c.beneficiary, c.requester) WHERE x.id = c.id RETURNING * INTO c;
  IF ctx.kind = 'lead' THEN PERFORM line.leads_asked(ctx, c); END IF;
  PERFORM line.event(ctx, 'crossing', c.id, ctx.case_id, 'requested a crossing', NULL, jsonb_build_object('crossing', c.number, 'fields', c.fields));
  RETURN line.crossing_head(c);
END $$;
ALTER FUNCTION line.crossing_request(line.context, jsonb) OWNER TO brightline_line;

-- ------------------------------------------------------------------------------------------- reading

CREATE OR REPLACE FUNCTION line.crossing_list(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted text := line.text(p, 'state', 20); most integer := LEAST(GREATEST(line.int(p, 'limit', 100), 1), 500);
BEGIN
  RETURN jsonb_build_object('crossings', (SELECT COALESCE(jsonb_agg(line.crossing_head(x) || jsonb_build_object('side', line.crossing_side(ctx, x))
      ORDER BY x.requested DESC, x.id), '[]')
    FROM (SELECT (c).* FROM line.crossing c WHERE line.crossing_side(ctx, c) IS NOT NULL
      AND (wanted IS NULL OR line.crossing_state(c) = wanted) ORDER BY c.requested DESC, c.id LIMIT most) x0
    CROSS JOIN LATERAL (SELECT y.* FROM line.crossing y WHERE y.id = x0.id) x));
END $$;
ALTER FUNCTION line.crossing_list(line.context, jsonb) OWNER TO brightline_line;

-- What would cross, or did: the values for the custodian of the source and for who decides; overseers see what kind.
CREATE OR REPLACE FUNCTION line.crossing_preview(ctx line.context, c line.crossing, side text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('aspect', a.id, 'id', a.source || '-' || replace(a.entity::text, '-', ''),
    'schema', a.schema, 'source', a.source, 'custodian', s.custodian_unit, 'category', m.category, 'caveats', m.caveats,
    'values', CASE WHEN side = 'overseer' THEN '{}' ELSE line.crossing_named(a.properties, c.fields) END,
    'changed', EXISTS (SELECT FROM line.crossing_aspect x WHERE x.crossing = c.id AND x.entity = a.entity AND x.source = a.source)
      AND NOT EXISTS (SELECT FROM line.crossing_aspect x WHERE x.crossing = c.id AND x.entity = a.entity AND x.source = a.source
        AND x.digest = line.crossing_digest(a, c.fields)),
    'fields', (SELECT COALESCE(jsonb_agg(k), '[]') FROM jsonb_object_keys(line.crossing_named(a.properties, c.fields)) k))
    ORDER BY a.source, a.entity, a.id), '[]')
  FROM line.crossing_targets(c.id) a JOIN line.source s ON s.name = a.source JOIN line.marking m ON m.id = a.marking
  WHERE side IN ('approver', 'overseer') OR (side = 'custodian' AND s.custodian_unit = ctx.unit));
ALTER FUNCTION line.crossing_preview(line.context, line.crossing, text) OWNER TO brightline_line;

-- Copies whose source no longer says the same.
CREATE OR REPLACE FUNCTION line.crossing_changed(c line.crossing) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(DISTINCT x.source || '-' || replace(x.entity::text, '-', '')), '[]') FROM line.crossing_aspect x
  WHERE x.crossing = c.id AND NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = x.entity AND a.source = x.source
    AND a.compartment IS NULL AND line.crossing_digest(a, c.fields) = x.digest));
ALTER FUNCTION line.crossing_changed(line.crossing) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_unheard(of uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(w.who), '[]') FROM (
    SELECT 'supervisor' AS who WHERE NOT EXISTS (SELECT FROM line.crossing_opinion o WHERE o.crossing = of AND o.side = 'supervisor')
    UNION ALL SELECT 'custodian ' || u FROM unnest(line.crossing_custodians(of)) u
      WHERE NOT EXISTS (SELECT FROM line.crossing_opinion o WHERE o.crossing = of AND o.side = 'custodian' AND o.unit = u)) w);
ALTER FUNCTION line.crossing_unheard(uuid) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_show(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); seat text := line.crossing_side(ctx, c); told boolean; open boolean;
  inside boolean := ctx.account = ANY (c.chain || line.crossing_chain(c.id, c.beneficiary, c.requester));
BEGIN
  -- An approver who stands on a side sees no more than that side: the role isn't a way to look before the decision.
  told := seat = 'overseer' OR (seat = 'approver' AND NOT inside);
  open := seat IN ('custodian', 'overseer') OR (told AND line.crossing_state(c) = 'requested');
  RETURN line.crossing_head(c) || jsonb_build_object('side', seat, 'necessity', c.necessity, 'alternatives', c.alternatives,
    'items', (SELECT jsonb_agg(jsonb_build_object('id', i.printed) ORDER BY i.printed) FROM line.crossing_item i WHERE i.crossing = c.id),
    'opinions', (SELECT COALESCE(jsonb_agg(jsonb_build_object('side', o.side, 'unit', o.unit, 'by', line.accounts_name(o.account),
        'title', line.accounts_title(o.account), 'opinion', o.opinion, 'text', o.text, 'at', line.stamp(o.at)) ORDER BY o.at), '[]')
      FROM line.crossing_opinion o WHERE o.crossing = c.id AND (told OR o.side = CASE seat WHEN 'custodian' THEN 'custodian' ELSE 'supervisor' END)),
    'missing_opinions', CASE WHEN told THEN line.crossing_unheard(c.id) ELSE '[]' END,
    'preview', CASE WHEN open THEN line.crossing_preview(ctx, c, seat) || line.leads_preview(c, seat, ctx.unit) ELSE '[]' END,
    'changed', line.crossing_changed(c),
    'chains', jsonb_build_object('you_are_in', inside),
    'may', line.crossing_may(ctx, c, seat));
END $$;
ALTER FUNCTION line.crossing_show(line.context, jsonb) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_may(ctx line.context, c line.crossing, side text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN to_jsonb(CASE line.crossing_state(c)
  WHEN 'requested' THEN CASE
    WHEN side = 'approver' AND NOT ctx.account = ANY (c.chain || line.crossing_chain(c.id, c.beneficiary, c.requester)) THEN ARRAY['approve', 'deny']
    WHEN side IN ('custodian', 'supervisor') AND ctx.account <> c.requester THEN ARRAY['opinion']
    WHEN side = 'beneficiary' AND ctx.account = c.requester THEN ARRAY['withdraw']
    WHEN side = 'beneficiary' AND line.cases_capacity(ctx.account, ctx.case_id) = 'supervisor' THEN ARRAY['opinion'] END
  WHEN 'approved' THEN CASE WHEN side IN ('approver', 'custodian') THEN ARRAY['revoke'] END
  END::text[] || '{}'::text[]);
ALTER FUNCTION line.crossing_may(line.context, line.crossing, text) OWNER TO brightline_line;

-- ------------------------------------------------------------------------------- opinion and decision

CREATE OR REPLACE FUNCTION line.crossing_opinion_add(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); side text := line.crossing_side(ctx, c);
  verdict text := lower(line.need(p, 'opinion', 20)); words text := COALESCE(line.text(p, 'text', 4000), '');
BEGIN
  IF side = 'beneficiary' AND line.cases_capacity(ctx.account, ctx.case_id) = 'supervisor' THEN side := 'supervisor'; END IF;
  IF NOT side IN ('supervisor', 'custodian') OR ctx.account = c.requester THEN
    PERFORM line.refuse(ctx, 'side', 'Opinions come from the beneficiary''s supervisor and the custodian.', 'The requester gives none.'); END IF;
  IF line.crossing_state(c) <> 'requested' THEN
    PERFORM line.conflict(ctx, 'state', format('The crossing is %s.', line.crossing_state(c)), 'Opinions come before the decision.'); END IF;
  IF NOT verdict = ANY (ARRAY['support', 'oppose']) THEN PERFORM line.bad('opinion', 'must be support or oppose', ''); END IF;
  IF length(words) < 20 THEN PERFORM line.bad('text', 'has fewer than 20 characters', 'Say why.'); END IF;
  INSERT INTO line.crossing_opinion (crossing, side, unit, account, opinion, text)
    VALUES (c.id, side, ctx.unit, ctx.account, verdict, words) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN PERFORM line.conflict(ctx, 'exists', 'This side has spoken already.', 'An opinion isn''t changed.'); END IF;
  -- A unit that asks for what it keeps itself is both sides; its supervisor's word counts for both.
  IF side = 'custodian' AND ctx.purpose_key LIKE '%/supervisor'
     AND ctx.unit = (SELECT b.unit FROM line.purpose b WHERE b.id = c.beneficiary) THEN
    INSERT INTO line.crossing_opinion (crossing, side, unit, account, opinion, text)
      VALUES (c.id, 'supervisor', ctx.unit, ctx.account, verdict, words) ON CONFLICT DO NOTHING;
  END IF;
  -- Whoever has spoken for a side when nobody of it was in the chain at the request belongs to it from now on.
  UPDATE line.crossing x SET chain = ARRAY(SELECT DISTINCT u FROM unnest(x.chain || ctx.account) u ORDER BY 1) WHERE x.id = c.id;
  RETURN line.crossing_head(c) || jsonb_build_object('side', side);
END $$;
ALTER FUNCTION line.crossing_opinion_add(line.context, jsonb) OWNER TO brightline_line;

-- Rule 35: neither at the request nor now may who decides stand on a side.
CREATE OR REPLACE FUNCTION line.crossing_deciding(ctx line.context, c line.crossing, why text) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE chain uuid[] := line.crossing_chain(c.id, c.beneficiary, c.requester);
BEGIN
  IF line.crossing_side(ctx, c) <> 'approver' THEN PERFORM line.refuse(ctx, 'side', 'Only an approver decides.', ''); END IF;
  IF ctx.account = ANY (c.chain) OR ctx.account = ANY (chain) THEN
    PERFORM line.refuse(ctx, 'chain', 'You belong to one of the two sides of this crossing, or did when it was requested.',
      'An approver from outside both chains has to decide.'); END IF;
  IF length(why) < line.rule_int('crossing.shortest_decision') THEN
    PERFORM line.bad('reason', format('has fewer than %s characters', line.rule_int('crossing.shortest_decision')), 'Say why, in a sentence.'); END IF;
  RETURN chain;
END $$;
ALTER FUNCTION line.crossing_deciding(line.context, line.crossing, text) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_ready(ctx line.context, c line.crossing) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE unheard jsonb := line.crossing_unheard(c.id); closed text;
BEGIN
  IF unheard <> '[]' THEN
    PERFORM line.conflict(ctx, 'opinions', 'Not heard yet: ' || (SELECT string_agg(x, ', ') FROM jsonb_array_elements_text(unheard) x) || '.',
      'Wait for their opinions, or deny the request.'); END IF;
  IF NOT EXISTS (SELECT FROM line.authority a WHERE a.code = c.basis AND line.accounts_in_force(a)) THEN
    PERFORM line.refuse(ctx, 'authority', 'The legal basis is no longer in force.', 'Deny the request.'); END IF;
  IF NOT EXISTS (SELECT FROM line.purpose b WHERE b.id = c.beneficiary AND b.state = 'active'
      AND (b.expires IS NULL OR b.expires > clock_timestamp())) THEN
    PERFORM line.conflict(ctx, 'purpose', 'The purpose that asked isn''t open any more.', 'Deny the request.'); END IF;
  IF NOT EXISTS (SELECT FROM line.crossing_targets(c.id) a WHERE line.crossing_named(a.properties, c.fields) <> '{}')
     AND NOT EXISTS (SELECT FROM jsonb_array_elements(line.leads_preview(c, 'approver', NULL)) v WHERE v -> 'values' <> '{}') THEN
    PERFORM line.conflict(ctx, 'nothing', 'Nothing of these fields is held under these ids.', 'Deny the request.'); END IF;
  SELECT v INTO closed FROM line.crossing_targets(c.id) a JOIN line.marking m ON m.id = a.marking, unnest(m.caveats) v
    WHERE v = ANY (ARRAY['sealed', 'covert', 'protected', 'grand-jury', 'tax-secrecy']) LIMIT 1;
  IF closed IS NOT NULL THEN
    PERFORM line.refuse(ctx, 'secret', format('What is %s isn''t opened by an approval alone.', closed),
      'It takes a court''s order or the statute''s own form.'); END IF;
END $$;
ALTER FUNCTION line.crossing_ready(line.context, line.crossing) OWNER TO brightline_line;

-- Search words of one copy: those that the caller made of the named fields and that the original has too, so that a
-- copy can't be found by a field that wasn't named, nor by an invented word. Scoped markings carry their number.
CREATE OR REPLACE FUNCTION line.crossing_keys(a content.aspect, words jsonb, label integer) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT CASE WHEN n.scoped THEN n.id || ':' ELSE '' END || k
  FROM line.marking o, line.marking n, unnest(a.keys) had
    CROSS JOIN LATERAL (SELECT CASE WHEN o.scoped THEN substr(had, length(o.id || ':') + 1) ELSE had END AS k) w
  WHERE o.id = a.marking AND n.id = label AND jsonb_exists(COALESCE(words -> 'keys', '[]'), k) ORDER BY 1);
ALTER FUNCTION line.crossing_keys(content.aspect, jsonb, integer) OWNER TO brightline_line;

-- The frozen copies: schema, the named fields, nothing else that the original knows.
CREATE OR REPLACE FUNCTION line.crossing_copy(c line.crossing, copies jsonb) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a content.aspect; props jsonb; made jsonb; label integer; id uuid; made_ids uuid[] := '{}'; days date[];
BEGIN
  FOR a IN SELECT * FROM line.crossing_targets(c.id) LOOP
    props := line.crossing_named(a.properties, c.fields);
    CONTINUE WHEN props = '{}';
    SELECT e INTO made FROM jsonb_array_elements(copies) e WHERE e ->> 'aspect' = a.id::text LIMIT 1;
    label := line.crossed_marking(a.marking);
    id := gen_random_uuid();
    days := ARRAY(SELECT left(v, 10)::date FROM jsonb_each(props) e, jsonb_array_elements_text(e.value) v
      WHERE e.key ~* 'date$' AND v ~ '^\d{4}-\d{2}-\d{2}' AND pg_input_is_valid(left(v, 10), 'date') ORDER BY 1);
    INSERT INTO content.aspect (id, record, source, entity, cluster, marking, compartment, schema, caption, properties, original,
        keys, text, places, first, last)
      VALUES (id, gen_random_uuid(), a.source, a.entity, a.entity, label, c.id, a.schema,
        COALESCE(props -> 'name' ->> 0, a.source || '-' || replace(a.entity::text, '-', '')), props,
        line.crossing_named(a.original, c.fields), line.crossing_keys(a, made, label),
        to_tsvector('pg_catalog.simple', COALESCE(made ->> 'document',
          (SELECT string_agg(v, ' ') FROM jsonb_each(props) e, jsonb_array_elements_text(e.value) v), '')),
        CASE WHEN ARRAY['latitude', 'longitude'] <@ c.fields THEN a.places ELSE '[]' END, days[1], days[cardinality(days)]);
    INSERT INTO line.crossing_aspect (crossing, aspect, entity, original, source, digest)
      VALUES (c.id, id, a.entity, a.id, a.source, line.crossing_digest(a, c.fields));
    made_ids := made_ids || id;
  END LOOP;
  RETURN made_ids;
END $$;
ALTER FUNCTION line.crossing_copy(line.crossing, jsonb) OWNER TO brightline_line;

-- Links cross only when they were named, and only those between two items that cross.
CREATE OR REPLACE FUNCTION line.crossing_copy_links(c line.crossing) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO content.link (id, src, dst, kind, forward, aspect, record, source, marking, compartment, from_date, to_date, weight)
  SELECT md5(c.id::text || l.id::text)::uuid, l.src, l.dst, l.kind, l.forward, md5(c.id::text || l.aspect::text)::uuid,
    md5(c.id::text || l.record::text)::uuid, l.source, line.crossed_marking(l.marking), c.id, l.from_date, l.to_date, l.weight
  FROM content.link l
  WHERE c.links AND l.compartment IS NULL
    AND l.src IN (SELECT x.entity FROM line.crossing_aspect x WHERE x.crossing = c.id)
    AND l.dst IN (SELECT x.entity FROM line.crossing_aspect x WHERE x.crossing = c.id)
$$;
ALTER FUNCTION line.crossing_copy_links(line.crossing) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_approve(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); after text := line.crossing_step(ctx, c, 'approve');
  why text := COALESCE(line.text(p, 'reason', 4000), ''); chain_now uuid[] := line.crossing_deciding(ctx, c, why);
  copies jsonb := CASE WHEN jsonb_typeof(p -> 'copies') = 'array' THEN p -> 'copies' ELSE '[]' END;
BEGIN
  PERFORM line.crossing_ready(ctx, c);
  UPDATE line.crossing x SET state = after, decided = ctx.at, decided_by = ctx.account, decision_reason = why,
    chain_at_decision = chain_now WHERE x.id = c.id RETURNING * INTO c;
  INSERT INTO line.compartment (id, kind) VALUES (c.id, 'crossing');
  PERFORM line.crossing_copy(c, copies);
  PERFORM line.crossing_copy_links(c);
  INSERT INTO line.compartment_open (compartment, purpose, expires) VALUES (c.id, c.beneficiary, c.expires);
  PERFORM line.crossing_tell(ctx, c, 'crossing approved');
  RETURN line.crossing_head(c);
END $$;
ALTER FUNCTION line.crossing_approve(line.context, jsonb) OWNER TO brightline_line;

-- The beneficiary's case hears what was decided.
CREATE OR REPLACE FUNCTION line.crossing_tell(ctx line.context, c line.crossing, what text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.event(ctx, 'crossing', c.id, b.case_id, what, NULL, jsonb_build_object('crossing', c.number,
    'reason', COALESCE(c.revoke_reason, c.decision_reason), 'expires', line.stamp(c.expires)))
  FROM line.purpose b WHERE b.id = c.beneficiary;
  SELECT line.leads_decided(ctx, c)
$$;
ALTER FUNCTION line.crossing_tell(line.context, line.crossing, text) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_deny(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); after text := line.crossing_step(ctx, c, 'deny');
  why text := COALESCE(line.text(p, 'reason', 4000), ''); chain_now uuid[] := line.crossing_deciding(ctx, c, why);
BEGIN
  UPDATE line.crossing x SET state = after, decided = ctx.at, decided_by = ctx.account, decision_reason = why,
    chain_at_decision = chain_now WHERE x.id = c.id RETURNING * INTO c;
  PERFORM line.crossing_tell(ctx, c, 'crossing denied');
  RETURN line.crossing_head(c);
END $$;
ALTER FUNCTION line.crossing_deny(line.context, jsonb) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.crossing_withdraw(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.crossing := line.crossing_find(ctx, p); after text := line.crossing_step(ctx, c, 'withdraw');
BEGIN
  IF c.requester <> ctx.account THEN PERFORM line.refuse(ctx, 'side', 'Only the requester withdraws a request.', ''); END IF;
  UPDATE line.crossing x SET state = after, decided = ctx.at, decision_reason = line.text(p, 'reason', 4000) WHERE x.id = c.id RETURNING * INTO c;
  PERFORM line.crossing_tell(ctx, c, 'crossing request withdrawn');
  RETURN line.crossing_head(c);
END $$;
ALTER FUNCTION line.crossing_withdraw(line.context, jsonb) OWNER TO brightline_line;

-- At once: the compartment is shut, and the next call under the purpose sees none of it.
CREATE OR REPLACE FUNCTION line.crossing_revoke(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); after text := line.crossing_step(ctx, c, 'revoke');
  why text := COALESCE(line.text(p, 'reason', 4000), '');
BEGIN
  IF NOT line.crossing_side(ctx, c) IN ('approver', 'custodian') THEN
    PERFORM line.refuse(ctx, 'side', 'An approver or the custodian revokes a crossing.', 'Ask one of them.'); END IF;
  IF length(why) < line.rule_int('crossing.shortest_decision') THEN
    PERFORM line.bad('reason', format('has fewer than %s characters', line.rule_int('crossing.shortest_decision')), 'Say why, in a sentence.'); END IF;
  UPDATE line.crossing x SET state = after, revoked = ctx.at, revoked_by = ctx.account, revoke_reason = why WHERE x.id = c.id RETURNING * INTO c;
  UPDATE line.compartment k SET state = 'shut' WHERE k.id = c.id;
  PERFORM line.crossing_tell(ctx, c, 'crossing revoked');
  RETURN line.crossing_head(c);
END $$;
ALTER FUNCTION line.crossing_revoke(line.context, jsonb) OWNER TO brightline_line;
