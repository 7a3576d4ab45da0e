-- Crossings. Requester, custodian, approver and overseer each see another part of one row, so the tables answer to
-- these functions alone. Nothing that the beneficiary's side is told depends on whether an id it asked for exists.
-- callers: none

CREATE OR REPLACE FUNCTION line.crossing_number() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n text;
BEGIN
  FOR i IN 1 .. 60 LOOP
    n := line.number_tried('X', i);
    IF NOT EXISTS (SELECT FROM line.crossing c WHERE c.number = n) THEN RETURN n; END IF;
  END LOOP;
  PERFORM line.no_number('crossing');
END $$;

-- What time makes of a crossing: approved is active from its first day on and expired after its last; what nobody
-- decided lapses; an emergency that nobody decided is unreviewed. Nothing has to run for that.
CREATE OR REPLACE FUNCTION line.crossing_state(c line.crossing) RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
RETURN CASE
  WHEN c.state = 'emergency' AND c.open_until <= clock_timestamp() THEN 'unreviewed'
  WHEN c.state IN ('requested', 'reviewed') AND c.expires <= clock_timestamp() THEN 'lapsed'
  WHEN c.state = 'approved' AND c.expires <= clock_timestamp() THEN 'expired'
  WHEN c.state = 'approved' AND COALESCE(c.starts, c.decided) <= clock_timestamp() THEN 'active'
  ELSE c.state END;

-- The aspects that the named items are made of: never what lies in a compartment, never a copy of a crossing; of an
-- item that a pointer stood for, those that it told of.
CREATE OR REPLACE FUNCTION line.crossing_targets(of uuid) RETURNS SETOF content.aspect
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT a.* FROM line.crossing_item i JOIN content.aspect a ON a.entity = i.entity AND a.compartment IS NULL
      AND (i.markings IS NULL OR a.marking = ANY (i.markings))
    WHERE i.crossing = of AND NOT i.left_out ORDER BY a.entity, a.source, a.id;
END;

-- How many it asks for, as every side may know: of a pointer those that were opened.
CREATE OR REPLACE FUNCTION line.crossing_size(c line.crossing) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN c.pointer IS NULL THEN (SELECT count(*) FROM line.crossing_item i WHERE i.crossing = c.id)
    ELSE (SELECT count(DISTINCT x.entity) FROM line.crossing_aspect x WHERE x.crossing = c.id) END
$$;

-- Protected traits never cross, whatever is named (rule 2).
CREATE OR REPLACE FUNCTION line.crossing_named(properties jsonb, fields text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(properties) e
  WHERE e.key = ANY (fields)
    AND NOT e.key = ANY (ARRAY['ethnicity', 'religion', 'political', 'nationalityEthnic', 'sexualOrientation']));

CREATE OR REPLACE FUNCTION line.crossing_digest(a content.aspect, fields text[]) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(convert_to(a.schema || line.crossing_named(a.properties, fields)::text, 'UTF8'));

CREATE OR REPLACE FUNCTION line.crossing_custodians(of uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT s.custodian_unit FROM line.crossing_targets(of) a JOIN line.source s ON s.name = a.source
  WHERE s.custodian_unit IS NOT NULL
  UNION SELECT line.leads_home(c.beneficiary) FROM line.crossing c WHERE c.id = of
    AND line.leads_home(c.beneficiary) IS NOT NULL
  ORDER BY 1);

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

-- Who stood on a side when it was requested, has spoken for one since, or stands on one now.
CREATE OR REPLACE FUNCTION line.crossing_sides(c line.crossing) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
  SELECT c.chain || ARRAY(SELECT y.account FROM line.crossing_party y WHERE y.crossing = c.id)
    || line.crossing_chain(c.id, c.beneficiary, c.requester)
$$;

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
  IF desk IN ('supervisor', 'steward') AND ctx.unit = ANY (line.crossing_custodians(c.id)) THEN
    RETURN 'custodian'; END IF;
  IF b.kind = 'lead' THEN RETURN line.leads_side(ctx, b.id); END IF;
  IF b.case_id IN (SELECT line.cases()) THEN RETURN CASE desk WHEN 'supervisor' THEN 'supervisor'
    ELSE 'beneficiary' END; END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION line.crossing_find(ctx line.context, p jsonb) RETURNS line.crossing
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.crossing; wanted text := upper(line.need(p, 'crossing', 100));
BEGIN
  SELECT * INTO c FROM line.crossing x WHERE x.number = wanted FOR UPDATE;
  IF c.id IS NULL OR line.crossing_side(ctx, c) IS NULL THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.under(ctx, c.basis);
  RETURN c;
END $$;

CREATE OR REPLACE FUNCTION line.crossing_step(ctx line.context, c line.crossing, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text; now_state text := line.crossing_state(c);
BEGIN
  SELECT t.becomes INTO after FROM line.crossing_move t WHERE t.state = now_state AND t.act = crossing_step.act;
  IF after IS NULL THEN
    PERFORM line.conflict(ctx, 'state', format('A crossing that is %s can''t be changed by %s.', now_state, act),
      'What was decided stays; request a new crossing.'); END IF;
  RETURN after;
END $$;

-- What of it either side reads: not whom it would touch, which the approver's own digest (crossing_seen) holds.
CREATE OR REPLACE FUNCTION line.crossing_doc(c line.crossing) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('state', c.state, 'fields', c.fields, 'links', c.links, 'basis', c.basis,
    'necessity', c.necessity,
    'alternatives', c.alternatives, 'danger', c.danger, 'starts', c.starts, 'expires', c.expires, 'reviewed',
      c.reviewed, 'finding', c.finding,
    'opened', c.opened, 'decided', c.decided, 'revoked', c.revoked, 'audited', c.audited)
$$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.crossing_doc(line.crossing_find(ctx, p)) $$;

CREATE OR REPLACE FUNCTION line.crossing_head(c line.crossing) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('crossing', c.number, 'id', c.id, 'state', line.crossing_state(c),
    'beneficiary', p.key, 'beneficiary_title', p.title, 'beneficiary_regime', b.regime, 'beneficiary_unit', p.unit,
    'requester', line.accounts_name(c.requester), 'requester_title', line.accounts_title(c.requester),
    'items', line.crossing_size(c), 'pointer', c.pointer -> 'told', 'fields', c.fields, 'links', c.links,
    'basis', c.basis, 'basis_title', l.title, 'basis_statute', l.statute, 'requested', line.stamp(c.requested),
    'expires', line.stamp(c.expires), 'decided', line.stamp(c.decided), 'decided_by', line.accounts_title(c.decided_by),
    'decision_reason', c.decision_reason, 'revoked', line.stamp(c.revoked), 'revoked_by',
      line.accounts_title(c.revoked_by),
    'revoke_reason', c.revoke_reason, 'starts', line.stamp(c.starts), 'emergency', c.danger <> '',
      'opened', line.stamp(c.opened),
    'opened_by', line.accounts_title(c.opened_by), 'open_until', line.stamp(c.open_until), 'reviewed',
      line.stamp(c.reviewed),
    'reviewed_by', line.accounts_title(c.reviewed_by), 'finding', c.finding, 'ended_as', c.ended_as,
      'audited', line.stamp(c.audited),
    'audited_by', line.accounts_title(c.audited_by), 'verdict', c.verdict, 'revision',
      line.revision(line.crossing_doc(c)))
  FROM line.purpose p JOIN line.authority b ON b.code = p.authority, line.authority l
  WHERE p.id = c.beneficiary AND l.code = c.basis);

-- ------------------------------------------------------------------------------------------ request

CREATE OR REPLACE FUNCTION line.crossing_checked(ctx line.context, p jsonb) RETURNS line.crossing
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.crossing; f text; fault text[]; until date := line.date(p, 'expires');
BEGIN
  c.fields := ARRAY(SELECT DISTINCT btrim(x) FROM unnest(line.texts(p, 'fields', 40)) x);
  IF c.fields = '{}' THEN
    PERFORM line.bad('fields', 'is empty', 'Name the fields that are needed, for instance name, birthDate.'); END IF;
  FOREACH f IN ARRAY c.fields LOOP
    IF f !~ '^[a-zA-Z][a-zA-Z0-9]{1,39}$' THEN
      PERFORM line.bad('fields', 'holds something that is no field', 'Use FollowTheMoney names.'); END IF;
    IF f = ANY (ARRAY['ethnicity', 'religion', 'political', 'nationalityEthnic', 'sexualOrientation']) THEN
      PERFORM line.refuse(ctx, 'trait', f || ' never crosses: it is a protected trait.', 'Leave it out.'); END IF;
  END LOOP;
  c.basis := lower(line.need(p, 'basis', 63));
  IF NOT EXISTS (SELECT FROM line.authority a WHERE a.code = c.basis AND line.accounts_in_force(a)) THEN
    PERFORM line.refuse(ctx, 'authority', 'The legal basis is unknown or not in force.',
      'Name a statute section that is; see authority list.'); END IF;
  PERFORM line.under(ctx, c.basis);
  c.necessity := COALESCE(line.text(p, 'necessity', 4000), '');
  c.alternatives := COALESCE(line.text(p, 'alternatives', 4000), '');
  fault := line.reason_fault(ctx.account, c.necessity);
  -- The same facts may carry several requests of one case, so a repeat is left to the overseers' eyes.
  IF fault[1] NOT IN ('reason_repeated', 'reason_copied') THEN
    PERFORM line.refuse(ctx, 'necessity', fault[2], fault[3]); END IF;
  IF length(c.necessity) < line.rule_int('crossing.shortest_necessity') THEN
    PERFORM line.refuse(ctx, 'necessity',
      format('The necessity has %s characters; at least %s are needed.', length(c.necessity),
      line.rule_int('crossing.shortest_necessity')), 'Say what can''t be done without it.'); END IF;
  IF length(c.alternatives) < line.rule_int('crossing.shortest_alternatives') THEN
    PERFORM line.refuse(ctx, 'alternatives', 'What else was tried or considered isn''t said.',
      format('State it in at least %s characters.', line.rule_int('crossing.shortest_alternatives'))); END IF;
  IF until IS NULL OR until <= CURRENT_DATE OR until > CURRENT_DATE + line.rule_int('crossing.longest_days') THEN
    PERFORM line.bad('expires', format('must lie within %s days', line.rule_int('crossing.longest_days')),
      'Name the day when the need will be over.'); END IF;
  c.expires := (until + 1)::timestamp AT TIME ZONE 'UTC'; c.links := line.bool(p, 'links', false);
  c.starts := line.date(p, 'starts')::timestamp AT TIME ZONE 'UTC';
  IF c.starts >= c.expires THEN
    PERFORM line.bad('starts', 'lies after the last day', 'Name the day from which it is needed.'); END IF;
  c.instruments := line.crossing_instruments(ctx, p); c.danger := line.crossing_danger(ctx, p, c);
  RETURN c;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_request(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_checked(ctx, p); named text[] := line.texts(p, 'items', 50); t text; hex text;
  beneficiary uuid := ctx.purpose; pointed jsonb := line.crossing_pointed(ctx, p, c);
BEGIN
  IF named = '{}' AND pointed IS NULL THEN
    PERFORM line.bad('items', 'is empty', 'Name the ids that are needed, or the handle of a pointer.'); END IF;
  -- A case asks for what another holds; a lead offers what it holds to another regime's unit.
  IF ctx.kind = 'lead' THEN beneficiary := line.leads_beneficiary(ctx, p); c.links := false; END IF;
  IF c.danger <> '' AND cardinality(named) > line.rule_int('crossing.emergency_items') THEN
    PERFORM line.refuse(ctx, 'emergency', format('An emergency opens %s items at most.',
      line.rule_int('crossing.emergency_items')),
      'Name those without which harm can''t be averted.'); END IF;
  INSERT INTO line.crossing (number, beneficiary, requester, fields, links, basis, necessity, alternatives, chain,
    expires, starts, instruments, danger, pointer)
    VALUES (line.crossing_number(), beneficiary, ctx.account, c.fields, c.links, c.basis, c.necessity,
      c.alternatives, '{}', c.expires,
      c.starts, c.instruments, c.danger, pointed) RETURNING * INTO c;
  FOREACH t IN ARRAY named LOOP
    hex := right(replace(lower(btrim(t)), '-', ''), 32);
    IF hex !~ '^[0-9a-f]{32}$' THEN
      PERFORM line.bad('items', 'holds something that is no id', 'Use ids as the lists print them.'); END IF;
    INSERT INTO line.crossing_item (crossing, entity, printed) VALUES (c.id, hex::uuid, left(lower(btrim(t)), 120))
      ON CONFLICT DO NOTHING;
  END LOOP;
  PERFORM line.crossing_decidable(ctx, c);
  -- Who stands on its sides now depends on whose rows these are: the worker writes it down, in rows of their own.
  PERFORM line.errand_put(ctx, 'crossing', jsonb_build_object('crossing', c.id));
  IF ctx.kind = 'lead' THEN PERFORM line.leads_asked(ctx, c); END IF;
  PERFORM line.event(ctx, 'crossing', c.id, ctx.case_id, 'requested a crossing', NULL, jsonb_build_object('crossing',
    c.number, 'fields', c.fields));
  RETURN line.crossing_head(c) || jsonb_build_object('_prompt',
    line.prompts_asked(ARRAY['necessity', 'alternatives', 'danger'], p));
END $$;

-- ------------------------------------------------------------------------------------------- reading

-- callers: reader
CREATE OR REPLACE FUNCTION line.crossing_list(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted text := line.text(p, 'state', 20); queue boolean := line.bool(p, 'unaudited', false);
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN (WITH fit AS MATERIALIZED (SELECT c.id, c.requested FROM line.crossing c
    WHERE line.crossing_side(ctx, c) IS NOT NULL
      AND (wanted IS NULL OR line.crossing_state(c) = wanted)
      AND (NOT queue OR line.crossing_state(c) IN ('expired', 'revoked', 'refused', 'unreviewed'))),
    shown AS (SELECT f.id FROM fit f ORDER BY f.requested DESC, f.id LIMIT most OFFSET skip)
  SELECT jsonb_build_object('total', (SELECT count(*) FROM fit), 'crossings', COALESCE(jsonb_agg(line.crossing_head(x)
      || jsonb_build_object('side', line.crossing_side(ctx, x)) ORDER BY x.requested DESC, x.id), '[]'))
    FROM shown s JOIN line.crossing x ON x.id = s.id);
END $$;

-- What would cross, or did: the values for the custodian of the source and for who decides; overseers see what kind.
CREATE OR REPLACE FUNCTION line.crossing_preview(ctx line.context, c line.crossing, side text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('aspect', a.id, 'id', a.source || '-' ||
  replace(a.entity::text, '-', ''),
    'schema', a.schema, 'source', a.source, 'custodian', s.custodian_unit, 'category', m.category, 'caveats', m.caveats,
    'values', CASE WHEN side = 'overseer' THEN '{}' ELSE line.crossing_named(a.properties, c.fields) END,
    'changed', EXISTS (SELECT FROM line.crossing_aspect x WHERE x.crossing = c.id AND x.entity = a.entity
      AND x.source = a.source)
      AND NOT EXISTS (SELECT FROM line.crossing_aspect x WHERE x.crossing = c.id AND x.entity = a.entity
        AND x.source = a.source
        AND x.digest = line.crossing_digest(a, c.fields)),
    'fields', (SELECT COALESCE(jsonb_agg(k), '[]')
      FROM jsonb_object_keys(line.crossing_named(a.properties, c.fields)) k))
    ORDER BY a.source, a.entity, a.id), '[]')
  FROM line.crossing_targets(c.id) a JOIN line.source s ON s.name = a.source JOIN line.marking m ON m.id = a.marking
  WHERE side IN ('approver', 'overseer') OR (side = 'custodian' AND s.custodian_unit = ctx.unit));

-- Copies whose source no longer says the same.
CREATE OR REPLACE FUNCTION line.crossing_changed(c line.crossing) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(DISTINCT x.source || '-' || replace(x.entity::text, '-', '')), '[]')
  FROM line.crossing_aspect x
  WHERE x.crossing = c.id AND NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = x.entity AND a.source = x.source
    AND a.compartment IS NULL AND line.crossing_digest(a, c.fields) = x.digest));

CREATE OR REPLACE FUNCTION line.crossing_unheard(of uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(w.who), '[]') FROM (
    SELECT 'supervisor' AS who WHERE NOT EXISTS (SELECT FROM line.crossing_opinion o WHERE o.crossing = of
      AND o.side = 'supervisor')
    UNION ALL SELECT 'custodian ' || u FROM unnest(line.crossing_custodians(of)) u
      WHERE NOT EXISTS (SELECT FROM line.crossing_opinion o WHERE o.crossing = of
        AND o.side = 'custodian' AND o.unit = u)) w);

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.crossing_show(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); seat text := line.crossing_side(ctx, c); told boolean; open boolean;
  inside boolean := ctx.account = ANY (line.crossing_sides(c));
BEGIN
  -- An approver who stands on a side sees no more than that side: the role isn't a way to look before the decision.
  told := seat = 'overseer' OR (seat = 'approver' AND NOT inside);
  open := seat IN ('custodian', 'overseer')
    OR (told AND line.crossing_state(c) IN ('requested', 'reviewed', 'emergency'));
  RETURN line.crossing_head(c) || jsonb_build_object('side', seat, 'necessity', c.necessity, 'alternatives',
    c.alternatives, 'danger', c.danger,
    'items', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', i.printed, 'left_out', i.left_out) ORDER BY i.printed),
      '[]') FROM line.crossing_item i
      WHERE i.crossing = c.id AND line.crossing_named_to(ctx, c, i, CASE WHEN told THEN 'outside' ELSE seat END)),
    'instruments', c.instruments, 'remarks', CASE WHEN told THEN c.remarks ELSE '' END,
    'review_text', CASE WHEN told THEN c.review_text ELSE '' END, 'covers', CASE WHEN told
      THEN to_jsonb(c.covers) ELSE '[]' END,
    'needs', CASE WHEN told THEN line.crossing_needs(c) ELSE '[]' END,
    'people', CASE WHEN open THEN line.crossing_people(ctx, c, seat) ELSE '[]' END, 'people_shown', CASE
      WHEN told THEN c.people END,
    'seen', CASE WHEN told AND open THEN line.crossing_seen(c) END,
    'opinions', (SELECT COALESCE(jsonb_agg(jsonb_build_object('side', o.side, 'unit', o.unit, 'by',
      line.accounts_name(o.account),
        'title', line.accounts_title(o.account), 'opinion', o.opinion, 'text', o.text, 'at',
          line.stamp(o.at)) ORDER BY o.at), '[]')
      FROM line.crossing_opinion o WHERE o.crossing = c.id AND (told OR o.side = CASE seat WHEN 'custodian'
        THEN 'custodian' ELSE 'supervisor' END)),
    'missing_opinions', CASE WHEN told THEN line.crossing_unheard(c.id) ELSE '[]' END,
    'preview', CASE WHEN open THEN line.crossing_preview(ctx, c, seat) || line.leads_preview(c, seat,
      ctx.unit) ELSE '[]' END,
    'changed', line.crossing_changed(c),
    'chains', jsonb_build_object('you_are_in', inside),
    'may', line.crossing_may(ctx, c, seat));
END $$;

CREATE OR REPLACE FUNCTION line.crossing_may(ctx line.context, c line.crossing, side text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  now_state text := line.crossing_state(c); acts text[] := '{}';
  outside boolean := NOT ctx.account = ANY (line.crossing_sides(c));
  boss boolean := side = 'supervisor'
    OR (side = 'beneficiary' AND line.cases_capacity(ctx.account, ctx.case_id) = 'supervisor');
BEGIN
  IF now_state IN ('requested', 'reviewed', 'emergency') THEN
    IF side = 'approver' AND outside THEN
      IF c.reviewed_by IS NULL THEN acts := acts || 'review'::text; END IF;
      IF c.reviewed_by IS DISTINCT FROM ctx.account THEN
        acts := acts || CASE WHEN c.reviewed_by IS NULL OR c.finding = 'not_permitted' THEN ARRAY['deny']
          ELSE ARRAY['approve', 'deny'] END; END IF;
    END IF;
    IF (side = 'custodian' OR boss) AND ctx.account <> c.requester AND NOT EXISTS (SELECT FROM line.crossing_opinion o
      WHERE o.crossing = c.id
        AND o.side = CASE crossing_may.side WHEN 'custodian' THEN 'custodian' ELSE 'supervisor' END
          AND o.unit = ctx.unit) THEN acts := acts || 'opinion'::text; END IF;
    IF boss AND ctx.account <> c.requester AND c.danger <> '' AND now_state <> 'emergency'
      THEN acts := acts || 'open'::text; END IF;
    IF side = 'beneficiary' AND ctx.account = c.requester AND now_state <> 'emergency'
      THEN acts := acts || 'withdraw'::text; END IF;
  END IF;
  IF now_state IN ('approved', 'active', 'emergency') AND side IN ('approver', 'custodian')
    THEN acts := acts || 'revoke'::text; END IF;
  IF side = 'overseer' AND outside AND now_state IN ('expired', 'revoked', 'refused', 'unreviewed')
     AND NOT ctx.account = ANY (ARRAY(SELECT x FROM unnest(ARRAY[c.decided_by, c.reviewed_by]) x WHERE x IS NOT NULL))
       THEN acts := acts || 'audit'::text; END IF;
  RETURN to_jsonb(acts);
END $$;

-- ------------------------------------------------------------------------------- opinion and decision

-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_opinion_add(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); side text := line.crossing_side(ctx, c);
  verdict text := lower(line.need(p, 'opinion', 20)); words text := COALESCE(line.text(p, 'text', 4000), '');
BEGIN
  IF side = 'beneficiary' AND line.cases_capacity(ctx.account, ctx.case_id) = 'supervisor'
    THEN side := 'supervisor'; END IF;
  IF NOT side IN ('supervisor', 'custodian') OR ctx.account = c.requester THEN
    PERFORM line.refuse(ctx, 'side', 'Opinions come from the beneficiary''s supervisor and the custodian.',
      'The requester gives none.'); END IF;
  IF NOT line.crossing_state(c) IN ('requested', 'reviewed', 'emergency') THEN
    PERFORM line.conflict(ctx, 'state', format('The crossing is %s.', line.crossing_state(c)),
      'Opinions come before the decision.'); END IF;
  -- Whoever has reviewed the law of it has spoken for neither side, and stays outside.
  IF ctx.account = c.reviewed_by THEN
    PERFORM line.refuse(ctx, 'chain', 'You have reviewed this crossing, so you speak for no side of it.',
      'Somebody else of your unit gives the opinion.'); END IF;
  IF NOT verdict = ANY (ARRAY['support', 'oppose']) THEN
    PERFORM line.bad('opinion', 'must be support or oppose', ''); END IF;
  IF length(words) < 20 THEN PERFORM line.bad('text', 'has fewer than 20 characters', 'Say why.'); END IF;
  INSERT INTO line.crossing_opinion (crossing, side, unit, account, opinion, text)
    VALUES (c.id, side, ctx.unit, ctx.account, verdict, words) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN PERFORM line.conflict(ctx, 'exists', 'This side has spoken already.',
    'An opinion isn''t changed.'); END IF;
  -- A unit that asks for what it keeps itself is both sides; its supervisor's word counts for both.
  IF side = 'custodian' AND ctx.purpose_key LIKE '%/supervisor'
     AND ctx.unit = (SELECT b.unit FROM line.purpose b WHERE b.id = c.beneficiary) THEN
    INSERT INTO line.crossing_opinion (crossing, side, unit, account, opinion, text)
      VALUES (c.id, 'supervisor', ctx.unit, ctx.account, verdict, words) ON CONFLICT DO NOTHING;
  END IF;
  -- Whoever has spoken for a side when nobody of it was in the chain at the request belongs to it from now on.
  UPDATE line.crossing x SET chain = ARRAY(SELECT DISTINCT u FROM unnest(x.chain || ctx.account) u
    ORDER BY 1) WHERE x.id = c.id;
  RETURN line.crossing_head(c) || jsonb_build_object('side', side);
END $$;

-- Rule 35: neither at the request nor now may who decides stand on a side.
CREATE OR REPLACE FUNCTION line.crossing_deciding(ctx line.context, c line.crossing, why text) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE chain uuid[] := line.crossing_chain(c.id, c.beneficiary, c.requester);
BEGIN
  IF line.crossing_side(ctx, c) <> 'approver' THEN
    PERFORM line.refuse(ctx, 'side', 'Only an approver decides.', ''); END IF;
  IF ctx.account = ANY (line.crossing_sides(c)) THEN
    PERFORM line.refuse(ctx, 'chain',
      'You belong to one of the two sides of this crossing, or did when it was requested.',
      'An approver from outside both chains has to decide.'); END IF;
  IF ctx.account = c.reviewed_by THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Who reviewed the law of a crossing doesn''t decide it.',
      'Another approver has to decide.'); END IF;
  PERFORM line.decider(ctx, c.chain || chain || c.reviewed_by, true);
  IF length(why) < line.rule_int('crossing.shortest_decision') THEN
    PERFORM line.bad('reason', format('has fewer than %s characters', line.rule_int('crossing.shortest_decision')),
      'Say why, in a sentence.'); END IF;
  RETURN chain;
END $$;

CREATE OR REPLACE FUNCTION line.crossing_ready(ctx line.context, c line.crossing) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE unheard jsonb := line.crossing_unheard(c.id); closed text; form text;
BEGIN
  IF c.reviewed_by IS NULL THEN
    PERFORM line.conflict(ctx, 'review', 'The law of it isn''t reviewed yet.',
      'Another approver reviews it first; then it can be decided.'); END IF;
  IF c.reviewed_by = ANY (line.crossing_chain(c.id, c.beneficiary, c.requester)) THEN
    PERFORM line.conflict(ctx, 'review', 'Whoever reviewed the law of it has joined a side since.',
      'Another approver reviews it again.'); END IF;
  IF c.finding <> 'permitted' THEN
    PERFORM line.refuse(ctx, 'law', 'The legal review found that no law permits it.', 'Deny the request.'); END IF;
  IF unheard <> '[]' THEN
    PERFORM line.conflict(ctx, 'opinions', 'Not heard yet: ' || (SELECT string_agg(x, ', ')
      FROM jsonb_array_elements_text(unheard) x) || '.',
      CASE line.crossing_mute(c) WHEN '{}' THEN 'Wait for their opinions, or deny the request.'
        ELSE
        format('%s has nobody who could speak for it: an administrator gives somebody the role of supervisor or '
          'steward there '
        '(role add --until DAY), or you deny the request.', array_to_string(line.crossing_mute(c), ', ')) END); END IF;
  IF NOT EXISTS (SELECT FROM line.authority a WHERE a.code = c.basis AND line.accounts_in_force(a)) THEN
    PERFORM line.refuse(ctx, 'authority', 'The legal basis is no longer in force.', 'Deny the request.'); END IF;
  IF NOT EXISTS (SELECT FROM line.purpose b WHERE b.id = c.beneficiary AND b.state = 'active'
      AND (b.expires IS NULL OR b.expires > clock_timestamp())) THEN
    PERFORM line.conflict(ctx, 'purpose', 'The purpose that asked isn''t open any more.', 'Deny the request.'); END IF;
  IF NOT EXISTS (SELECT FROM line.crossing_targets(c.id) a WHERE line.crossing_named(a.properties, c.fields) <> '{}')
     AND NOT EXISTS (SELECT FROM jsonb_array_elements(line.leads_preview(c, 'approver', NULL)) v
       WHERE v -> 'values' <> '{}') THEN
    PERFORM line.conflict(ctx, 'nothing', 'Nothing of these fields is held under these ids.',
      'Deny the request.'); END IF;
  -- Whom the rulebook protects never becomes material for civil enforcement, by a crossing neither (rules 26, 27).
  SELECT m.category INTO closed FROM line.crossing_targets(c.id) a JOIN line.marking m
    ON m.id = a.marking, line.purpose b
    JOIN line.authority u ON u.code = b.authority
    WHERE b.id = c.beneficiary AND u.regime = 'civil'
      AND m.category = ANY (line.rule_texts('protected.categories')) LIMIT 1;
  IF closed IS NOT NULL THEN
    PERFORM line.refuse(ctx, 'protected', format('A %s doesn''t become material for civil enforcement.',
      CASE closed WHEN 'uncategorised'
      THEN 'person whom nobody has categorised' ELSE closed END), 'Leave the item out, or deny the request.'); END IF;
  -- Under a statute of secrecy an approval alone opens nothing: the order or form is named, and the review confirmed
  -- it.
  SELECT n ->> 'caveat', n ->> 'kind' INTO closed, form FROM jsonb_array_elements(line.crossing_needs(c)) n
    WHERE n ->> 'kind' IS NULL OR NOT (n ->> 'met')::boolean ORDER BY n ->> 'kind' NULLS FIRST LIMIT 1;
  IF closed IS NOT NULL THEN
    PERFORM line.refuse(ctx, 'secret', format('What is %s isn''t opened by an approval alone.', closed), CASE
      WHEN form IS NULL THEN 'Nothing opens it to another purpose. Leave the item out, or deny the request.'
      ELSE format('It takes a %s: named in the request with its document, and confirmed by the legal review.',
        replace(form, '-', ' ')) END); END IF;
END $$;

-- Item by item, and no longer than the approver says. What is left out stays closed; what was asked for isn't widened.
CREATE OR REPLACE FUNCTION line.crossing_narrow(c line.crossing, p jsonb) RETURNS line.crossing
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE kept text[] := line.texts(p, 'items', 50); until date := line.date(p, 'expires'); last timestamptz;
BEGIN
  IF kept <> '{}' THEN
    IF EXISTS (SELECT FROM unnest(kept) k WHERE NOT EXISTS (SELECT FROM line.crossing_item i WHERE i.crossing = c.id
      AND i.printed = lower(btrim(k)))) THEN
      PERFORM line.bad('items', 'holds something that wasn''t asked for',
        'Name ids of the request; the others stay closed.'); END IF;
    UPDATE line.crossing_item i SET left_out = NOT i.printed = ANY (ARRAY(SELECT lower(btrim(k)) FROM unnest(kept) k))
      WHERE i.crossing = c.id;
  END IF;
  IF until IS NOT NULL THEN
    last := (until + 1)::timestamp AT TIME ZONE 'UTC';
    IF last > c.expires OR last <= clock_timestamp() OR last <= c.starts THEN
      PERFORM line.bad('expires', 'must lie between now and the day asked for',
        'An approval shortens the time, it doesn''t lengthen it.'); END IF;
    UPDATE line.crossing x SET expires = last WHERE x.id = c.id RETURNING * INTO c;
  END IF;
  RETURN c;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_approve(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); after text;
  why text := COALESCE(line.text(p, 'reason', 4000), ''); chain_now uuid[];
  copies jsonb := CASE WHEN jsonb_typeof(p -> 'copies') = 'array' THEN p -> 'copies' ELSE '[]'
    END; seen text := line.text(p, 'seen', 64);
BEGIN
  IF line.crossing_state(c) = 'requested' THEN
    PERFORM line.crossing_deciding(ctx, c, why); PERFORM line.crossing_ready(ctx, c); END IF;
  after := line.crossing_step(ctx, c, 'approve'); chain_now := line.crossing_deciding(ctx, c, why);
  IF seen IS NULL OR seen <> line.crossing_seen(c) THEN
    PERFORM line.conflict(ctx, 'seen', 'What would cross isn''t what you were shown.',
      'Look at it again: the people affected and the values; then decide.'); END IF;
  c := line.crossing_narrow(c, p);
  PERFORM line.crossing_ready(ctx, c);
  UPDATE line.crossing x SET state = after, decided = ctx.at, decided_by = ctx.account, decision_reason = why,
    chain_at_decision = chain_now, people = line.crossing_people(ctx, c, 'approver')
      WHERE x.id = c.id RETURNING * INTO c;
  PERFORM line.crossing_lay_open(ctx, c, copies, c.starts, c.expires);
  PERFORM line.crossing_tell(ctx, c, 'crossing approved');
  RETURN line.crossing_head(c);
END $$;

-- The beneficiary's case hears what was decided.
CREATE OR REPLACE FUNCTION line.crossing_tell(ctx line.context, c line.crossing, what text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.event(ctx, 'crossing', c.id, b.case_id, what, NULL, jsonb_build_object('crossing', c.number,
    'reason', COALESCE(c.revoke_reason, c.decision_reason), 'expires', line.stamp(c.expires)))
  FROM line.purpose b WHERE b.id = c.beneficiary;
  SELECT line.leads_decided(ctx, c)
$$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_deny(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); after text := line.crossing_step(ctx, c, 'deny');
  why text := COALESCE(line.text(p, 'reason', 4000), ''); chain_now uuid[] := line.crossing_deciding(ctx, c, why);
BEGIN
  UPDATE line.crossing x SET state = after, decided = ctx.at, decided_by = ctx.account, decision_reason = why,
    chain_at_decision = chain_now, people = line.crossing_people(ctx, c, 'approver'), ended_as = CASE after
      WHEN 'refused' THEN after END
    WHERE x.id = c.id RETURNING * INTO c;
  -- An emergency that isn't borne out closes at once, with all that was written on it.
  UPDATE line.compartment k SET state = 'shut' WHERE k.id = c.id;
  PERFORM line.crossing_tell(ctx, c, 'crossing ' || after);
  RETURN line.crossing_head(c);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_withdraw(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.crossing := line.crossing_find(ctx, p); after text := line.crossing_step(ctx, c, 'withdraw');
BEGIN
  IF c.requester <> ctx.account THEN
    PERFORM line.refuse(ctx, 'side', 'Only the requester withdraws a request.', ''); END IF;
  UPDATE line.crossing x SET state = after, decided = ctx.at, decision_reason = line.text(p, 'reason', 4000)
    WHERE x.id = c.id RETURNING * INTO c;
  PERFORM line.crossing_tell(ctx, c, 'crossing request withdrawn');
  RETURN line.crossing_head(c);
END $$;

-- At once: the compartment is shut, and the next call under the purpose sees none of it.
-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_revoke(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); after text := line.crossing_step(ctx, c, 'revoke');
  why text := COALESCE(line.text(p, 'reason', 4000), '');
BEGIN
  IF NOT line.crossing_side(ctx, c) IN ('approver', 'custodian') THEN
    PERFORM line.refuse(ctx, 'side', 'An approver or the custodian revokes a crossing.', 'Ask one of them.'); END IF;
  IF length(why) < line.rule_int('crossing.shortest_decision') THEN
    PERFORM line.bad('reason', format('has fewer than %s characters', line.rule_int('crossing.shortest_decision')),
      'Say why, in a sentence.'); END IF;
  UPDATE line.crossing x SET state = after, revoked = ctx.at, revoked_by = ctx.account, revoke_reason =
    why, ended_as = 'revoked'
    WHERE x.id = c.id RETURNING * INTO c;
  UPDATE line.compartment k SET state = 'shut' WHERE k.id = c.id;
  -- As when it was opened: the purpose's visible set rests on what the crossing's papers opened.
  IF c.covers <> '{}' THEN DELETE FROM line.visible_set v WHERE v.purpose = c.beneficiary; END IF;
  PERFORM line.crossing_tell(ctx, c, 'crossing revoked');
  RETURN line.crossing_head(c);
END $$;

-- What the head of a crossing's act tells: between which regimes, and how long it waited. Figures rest on this.
-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_counts(of uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('crossing', c.number, 'to', b.regime, 'items', line.crossing_size(c),
    -- A lead has no rows of a source: what is known of its subject comes from the unit that vets it.
    'from', (SELECT COALESCE(jsonb_agg(DISTINCT x.regime), '[]') FROM (
      SELECT a.regime FROM line.crossing_targets(c.id) t JOIN line.source s ON s.name = t.source JOIN line.authority a
        ON a.code = s.authority
      UNION SELECT u.regime FROM line.unit u WHERE u.name = line.leads_home(c.beneficiary) AND u.regime IS NOT NULL) x),
    'days', round((extract(epoch FROM c.decided - c.requested) / 86400)::numeric, 3))
  FROM line.crossing c JOIN line.purpose p ON p.id = c.beneficiary JOIN line.authority b
    ON b.code = p.authority WHERE c.id = of);
