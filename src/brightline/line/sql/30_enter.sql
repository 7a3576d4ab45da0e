-- enter and leave: the only way into content. Called by installed functions alone; the application can't.
-- callers: none

-- How a pass is signed; becomes part of what calls it.
CREATE OR REPLACE FUNCTION line.mac(secret bytea, t text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN encode(sha256(secret || convert_to(t, 'UTF8') || secret), 'hex');

CREATE OR REPLACE FUNCTION line.pass_mac(t text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT line.mac(s.value, t) FROM line.secret s WHERE s.name = 'pass');
ALTER FUNCTION line.pass_mac(text) OWNER TO brightline_line;

-- The pass lives in a setting of the transaction, is signed, and is cleared by leave. An expired one raises, so that
-- a slow function fails as a whole rather than answering less than there is. Every policy asks for it at every table.
CREATE OR REPLACE FUNCTION line.pass() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE t text := current_setting('line.pass', true); parts text[]; secret bytea;
BEGIN
  IF t IS NULL OR t = '' THEN RETURN NULL; END IF;
  SELECT s.value INTO secret FROM line.secret s WHERE s.name = 'pass';
  parts := string_to_array(t, '|');
  IF array_length(parts, 1) IS DISTINCT FROM 6
     OR line.mac(secret, array_to_string(parts[1:5], '|')) IS DISTINCT FROM parts[6] THEN
    RETURN NULL;
  END IF;
  IF parts[1]::numeric < extract(epoch FROM clock_timestamp()) THEN
    RAISE EXCEPTION USING ERRCODE = 'BL007', MESSAGE = 'too_slow', DETAIL =
      '{"code": "too_slow", "detail": "The answer took longer than a pass lives.", "hint": "Narrow the question."}';
  END IF;
  RETURN parts;
END $$;
ALTER FUNCTION line.pass() OWNER TO brightline_line;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.visible() RETURNS SETOF integer
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass();
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN; END IF;
  RETURN QUERY SELECT v.marking FROM line.visible_marking v WHERE v.purpose = parts[2]::uuid;
END $$;
ALTER FUNCTION line.visible() OWNER TO brightline_line;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.compartments() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass();
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN; END IF;
  RETURN QUERY SELECT o.compartment FROM line.compartment_open o
    JOIN line.compartment c ON c.id = o.compartment AND c.state = 'open'
    WHERE o.purpose = parts[2]::uuid AND (o.starts IS NULL OR o.starts <= clock_timestamp())
      AND (o.expires IS NULL OR o.expires > clock_timestamp());
END $$;
ALTER FUNCTION line.compartments() OWNER TO brightline_line;

-- A case's purpose sees its own case; a desk the cases of its unit (supervisor) or one's own; oversight all.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass(); p line.purpose; who uuid;
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN; END IF;
  SELECT * INTO p FROM line.purpose x WHERE x.id = parts[2]::uuid;
  who := parts[3]::uuid;
  IF p.kind = 'case' THEN
    RETURN NEXT p.case_id;
  ELSIF p.kind = 'oversight' THEN
    RETURN QUERY SELECT c.case_id FROM line.case_ref c;
  ELSIF p.kind = 'desk' THEN
    RETURN QUERY SELECT c.case_id FROM line.case_ref c
      WHERE (p.role = 'supervisor' AND c.unit = p.unit AND (NOT c.restricted OR c.supervisor = who))
         OR (c.unit = p.unit AND line.cases_capacity(who, c.case_id) IS NOT NULL);
  END IF;
END $$;
ALTER FUNCTION line.cases() OWNER TO brightline_line;

-- Which kind of purpose holds the pass; '' without one.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.pass_kind() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass();
BEGIN
  RETURN COALESCE(parts[4], '');
END $$;
ALTER FUNCTION line.pass_kind() OWNER TO brightline_line;

-- Is this person entitled to work under this purpose, now? A member of a case, as long as they work in its unit or
-- regime.
CREATE OR REPLACE FUNCTION line.entitled(who uuid, p line.purpose) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF p.kind = 'case' THEN
    RETURN EXISTS (SELECT FROM line.case_member m JOIN line.authority a ON a.code = p.authority
      WHERE m.case_id = p.case_id
      AND m.account = who AND m.valid_from <= clock_timestamp() AND m.valid_to IS NULL
      AND line.cases_eligible(who, p.unit, a.regime, m.capacity)) OR line.glass_opens(who, p);
  ELSIF p.kind = 'lead' THEN
    -- Whoever opened a search for the lead, as long as they vet in its unit; never under a purpose made for a crossing.
    RETURN EXISTS (SELECT FROM line.lead_purpose l
        JOIN line.lead_worker w ON w.lead = l.lead AND w.account = who AND w.valid_to IS NULL
        JOIN line.role_grant g ON g.account = who AND g.unit = p.unit AND g.role = 'vetter' AND line.accounts_live(g)
      WHERE l.purpose = p.id AND l.to_unit IS NULL);
  END IF;
  RETURN EXISTS (SELECT FROM line.role_grant g WHERE g.account = who AND g.unit = p.unit AND g.role = p.role
    AND line.accounts_live(g));
END $$;
ALTER FUNCTION line.entitled(uuid, line.purpose) OWNER TO brightline_line;

-- Why a call is refused; NULL when it isn't. Only the ledger learns the reason. f: what `enter` found in its one look.
DROP FUNCTION IF EXISTS line.objection(line.context, line.purpose, text[], text[], boolean, uuid);
CREATE OR REPLACE FUNCTION line.objection(ctx line.context, p line.purpose, f record,
  role_names text[], purpose_kinds text[],
  need_inquiry boolean) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE held boolean := false;
BEGIN
  IF ctx.account IS NULL THEN RETURN 'no live session'; END IF;
  IF purpose_kinds = ARRAY['none'] THEN
    IF NOT ('any' = ANY (role_names) OR ctx.roles && role_names) THEN RETURN 'role'; END IF;
    RETURN NULL;
  END IF;
  IF p.id IS NULL THEN RETURN 'no such purpose'; END IF;
  IF p.state = 'closed' OR p.expires <= clock_timestamp() THEN RETURN 'purpose closed or expired'; END IF;
  -- A case that rests or is closed may be read; it justifies no change and no new search. Custody goes on, since things
  -- stay things.
  IF p.state = 'readonly' AND (ctx.act = 'search' OR ctx.call = 'command' AND ctx.act <> 'enter'
      AND ctx.name NOT LIKE 'case\_reopen%' AND NOT line.custody_act(ctx.name)) THEN
        RETURN 'purpose is read-only'; END IF;
  IF NOT p.kind = ANY (purpose_kinds) THEN RETURN 'act not for this kind of purpose'; END IF;
  IF NOT f.member AND p.kind = 'case' AND line.custody_act(ctx.name) THEN
    held := line.custody_ground(ctx.account, p.case_id, p.unit, ctx.regime);
  END IF;
  IF NOT (f.member OR held OR line.entitled(ctx.account, p)) THEN RETURN 'not entitled to the purpose'; END IF;
  IF NOT f.in_force THEN RETURN 'authority out of force'; END IF;
  IF NOT ('any' = ANY (role_names) OR CASE p.kind WHEN 'case' THEN ctx.roles && role_names
      -- A lead's vetter may search as an analyst does, and nothing that takes a supervisor.
      WHEN 'lead' THEN role_names && ARRAY['vetter', 'analyst'] ELSE p.role = ANY (role_names) END)
        THEN RETURN 'role'; END IF;
  -- The rulebook may say less than the act's own list: where a role works at all, and who decides.
  IF NOT f.works THEN RETURN 'the rulebook gives the role no such purpose'; END IF;
  IF p.kind <> 'case' AND NOT p.role = ANY (line.rule_deciders(ctx.name)) THEN
    RETURN 'the rulebook lets another role decide'; END IF;
  -- A broken glass shows; it changes nothing, sends nothing and counts for no approval.
  IF p.kind = 'case' AND NOT f.member AND NOT held
    AND (ctx.call = 'command' OR ctx.act NOT IN ('search', 'view', 'enter'))
     AND ctx.name <> 'inquiry_open' THEN RETURN 'break-glass reads only'; END IF;
  -- line.rule_int says so where a figure is missing from the rulebook.
  IF need_inquiry AND NOT COALESCE(f.opened > clock_timestamp() -
    make_interval(hours => COALESCE(f.hours, line.rule_int('inquiry.hours')))
      AND f.acts < COALESCE(f.most, line.rule_int('inquiry.acts')), false) THEN RETURN 'no open inquiry'; END IF;
  RETURN NULL;
END $$;
ALTER FUNCTION line.objection(line.context, line.purpose, record, text[], text[], boolean) OWNER TO brightline_line;

-- token → context, entry, pass. A query's entry is in the flushed log before this returns. Everything that is wrong
-- with the caller is answered by one sentence; what it was stands in the entry of the refusal. Its looks fetch single
-- rows by their keys, so one plan serves every call; to plan seven joined tables anew costs more than all else here.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.enter(token text, purpose_key text, asked_inquiry uuid, name text, act text,
  p jsonb, call text, role_names text[], purpose_kinds text[], need_inquiry boolean) RETURNS line.context
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  ctx line.context;
  purp line.purpose;
  f record;
  why text;
  service uuid;
  done text;
BEGIN
  -- Assigned rather than performed, here and below: a PERFORM is a statement of its own and costs three times as much.
  done := set_config('line.pass', '', true);
  done := set_config('line.session', '', true);
  -- A hot standby can write no entry, so nothing is answered there: said first and outright, rather than left to
  -- whichever statement below happens to write before the answer does.
  IF pg_is_in_recovery() THEN
    RAISE EXCEPTION USING ERRCODE = 'BL008', MESSAGE = 'line: standby', DETAIL =
      '{"code": "standby", "detail": "This database is a standby: it can write no entry, so it answers nothing.",'
      ' "hint": "Name the first server in BRIGHTLINE_DATABASE_URL, or promote this one."}';
  END IF;
  ctx.entry := gen_random_uuid();
  ctx.name := name; ctx.act := act; ctx.call := call; ctx.params := p; ctx.at := clock_timestamp();
  IF token LIKE 'order:%' THEN ctx.account := line.order_account(token, purpose_key, name);
  ELSIF token LIKE 'svc\_%' THEN
    SELECT u.account, u.why, u.id INTO ctx.account, why, service FROM line.service_use(token, purpose_key, name) u;
    IF service IS NOT NULL THEN ctx.params := p || jsonb_build_object('service_token', service); END IF;
  ELSE f := line.session_use(token, name); ctx.account := f.account; why := f.why;
  END IF;
  -- The worker brings a standing order instead of a session: its reason was given when it was made, and the entry names
  -- it.
  IF token LIKE 'order:%' AND ctx.account IS NOT NULL
    THEN ctx.params := p || jsonb_build_object('standing_order', substr(token, 7)); END IF;
  -- Who, in which roles, for what and why, whether its visible set is of now, and what decides whether it may be done:
  -- one look, so all of one moment, and a statement costs more here than what it reads. A member is one who works in
  -- the case's unit or regime still: line.cases_eligible written out, which costs less than its call.
  SELECT a.name, h.roles, w AS purpose, u.regime, i.reason,
      v.purpose IS NOT NULL AND NOT line.rulebook_waits() AS fresh,
      b.at + b.stop_after < clock_timestamp() AS stopped, b.at AS alive,
      w.kind = 'case' AND EXISTS (SELECT FROM line.case_member m JOIN line.role_grant g ON g.account = m.account
          AND g.valid_from <= clock_timestamp() AND (g.valid_to IS NULL OR g.valid_to > clock_timestamp())
            AND g.due > clock_timestamp()
          JOIN line.unit o ON o.name = g.unit
        WHERE m.case_id = w.case_id AND m.account = ctx.account
          AND m.valid_from <= clock_timestamp() AND m.valid_to IS NULL
          AND CASE m.capacity WHEN 'supervisor' THEN g.role = 'supervisor' AND g.unit = w.unit
            ELSE g.role = ANY (ARRAY['agent', 'analyst', 'supervisor'])
              AND (g.unit = w.unit OR o.regime = u.regime) END) AS member,
      COALESCE(u.valid_from <= CURRENT_DATE AND (u.valid_to IS NULL OR u.valid_to >= CURRENT_DATE), false) AS in_force,
      EXISTS (SELECT FROM unnest(CASE w.kind WHEN 'case' THEN h.roles WHEN 'lead' THEN ARRAY['vetter']
        ELSE ARRAY[w.role] END) r
        WHERE s.role_purposes -> r ? w.kind) AS works,
      s.inquiry_hours AS hours, s.inquiry_acts AS most,
      CASE WHEN i.purpose = w.id AND i.ended IS NULL THEN i.opened END AS opened, i.acts + COALESCE(n.acts, 0) AS acts
    INTO f FROM line.state s CROSS JOIN ledger.alive b
    LEFT JOIN line.account a ON a.id = ctx.account
    CROSS JOIN LATERAL (SELECT ARRAY(SELECT DISTINCT g.role FROM line.role_grant g WHERE g.account = a.id
      AND line.accounts_live(g)) AS roles) h
    LEFT JOIN line.purpose w ON w.key = purpose_key AND purpose_kinds <> ARRAY['none']
    LEFT JOIN line.authority u ON u.code = w.authority
    LEFT JOIN line.visible_set v ON v.purpose = w.id AND v.epoch = s.epoch
      AND (v.valid_until IS NULL OR v.valid_until > clock_timestamp())
    LEFT JOIN line.inquiry i ON i.id = asked_inquiry AND i.account = ctx.account
    LEFT JOIN line.uncounted n ON n.inquiry = i.id;
  ctx.account_name := f.name; ctx.roles := f.roles;
  -- What nobody can look at afterwards isn't done: a log that has stood still for so long takes no more acts. Its state
  -- may be asked.
  IF f.stopped AND name <> 'ledger_status' THEN
    RAISE EXCEPTION USING ERRCODE = 'BL008', MESSAGE = 'line: log stopped',
      DETAIL = jsonb_build_object('code', 'log_stopped',
      'detail', format('The log has stood still since %s, so nothing is answered any more.', line.stamp(f.alive)),
      'hint',
        'Whoever runs this installation: brightline doctor says why, brightline ledger resume or renew goes on.')::text;
  END IF;
  IF purpose_kinds <> ARRAY['none'] THEN
    purp := f.purpose;
    ctx.purpose := purp.id; ctx.purpose_key := left(purpose_key, 200); ctx.kind := purp.kind; ctx.unit := purp.unit;
    ctx.authority := purp.authority; ctx.case_id := purp.case_id; ctx.regime := f.regime;
    ctx.inquiry := asked_inquiry;
  END IF;
  IF current_setting('transaction_isolation') <> 'read committed' THEN why := 'isolation level';
  ELSIF why IS NULL THEN why := line.objection(ctx, purp, f, role_names, purpose_kinds, need_inquiry
    AND COALESCE(token, '') NOT LIKE 'order:%');
  END IF;
  IF why IS NOT NULL THEN
    PERFORM line.emit(ctx.entry, line.head(ctx, 'refused', '{}'),
      line.body(ctx, jsonb_build_object('why', why)), false, true);
    RAISE EXCEPTION USING ERRCODE = 'BL001', MESSAGE = 'line: refused',
      DETAIL = jsonb_build_object('entry', ctx.entry)::text;
  END IF;
  IF purp.kind = 'case' AND line.custody_act(name)
    AND line.custody_alone(ctx.account, purp.case_id, purp.unit, ctx.regime) THEN
    ctx.kind := 'custody'; END IF;
  IF line.too_large(p) THEN
    PERFORM line.say_no(ctx, 'BL003', 'too_large',
      'The call brings more than any act works with: over 32 MB, or 64 levels deep.',
      'Send less at a time.');
  END IF;
  IF purp.id IS NOT NULL AND NOT f.fresh THEN
    RAISE EXCEPTION USING ERRCODE = 'BL002', MESSAGE = 'line: stale', DETAIL = purp.id::text;
  END IF;
  IF call = 'query' THEN
    ctx.leaf := line.emit(ctx.entry, line.head(ctx, 'ok', '{}'),
      line.body(ctx, jsonb_build_object('reason', f.reason)), false, true);
  ELSE
    -- A command's own entry commits with its change. What it looks at on the way, and might tell before a ROLLBACK,
    -- is entered now, so that a change begun and taken back can't be used to read unseen.
    PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'attempt', jsonb_build_object('of', ctx.entry)),
      line.body(ctx, '{}'), false, true);
  END IF;
  done := line.give_pass(ctx);
  IF call = 'command' AND purp.kind = 'case' THEN PERFORM line.derived_guard(ctx); END IF;
  RETURN ctx;
END $$;
ALTER FUNCTION line.enter(text, text, uuid, text, text, jsonb, text, text[], text[], boolean) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.give_pass(ctx line.context) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE t text; done text;
BEGIN
  -- Who has but an item in hand is given no purpose: nothing of the case, no marking, no compartment.
  t := concat_ws('|', (extract(epoch FROM clock_timestamp()) + (SELECT s.pass_seconds FROM line.state s))::text,
    CASE WHEN ctx.kind = 'custody' THEN '' ELSE COALESCE(ctx.purpose::text, '')
      END, ctx.account::text, COALESCE(ctx.kind, ''), ctx.entry::text);
  done := set_config('line.pass', t || '|' || line.pass_mac(t), true);
END $$;
ALTER FUNCTION line.give_pass(line.context) OWNER TO brightline_line;

-- How many acts the inquiry of the call has left, for whoever shows it: those counted so far, this one as the last of
-- them.
CREATE OR REPLACE FUNCTION line.acts_left(ctx line.context) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE left_ integer;
BEGIN
  SELECT COALESCE(s.inquiry_acts, line.rule_int('inquiry.acts')) - i.acts - COALESCE(u.acts, 0) - 1 INTO left_
    FROM line.state s CROSS JOIN line.inquiry i LEFT JOIN line.uncounted u ON u.inquiry = i.id
    WHERE i.id = ctx.inquiry AND i.account = ctx.account;
  RETURN CASE WHEN left_ IS NULL THEN '{}' ELSE jsonb_build_object('acts_left', GREATEST(left_, 0)) END;
END $$;
ALTER FUNCTION line.acts_left(line.context) OWNER TO brightline_line;

-- The answer's other half: clears the pass; a query's answer is entered with what it showed, a command's entry
-- commits with the change.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leave(ctx line.context, r jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shown jsonb := COALESCE(r -> '_shown', '[]');
  counted jsonb := COALESCE(r -> '_count', to_jsonb(jsonb_array_length(COALESCE(r -> '_shown', '[]'))));
  answer jsonb := CASE WHEN jsonb_typeof(r) = 'object' THEN r - '_shown' - '_count' - '_prompt' ELSE r END;
  -- What the person was asked, word for word: frozen with the entry.
  asked jsonb := CASE WHEN jsonb_typeof(r) = 'object' AND jsonb_exists(r, '_prompt')
    THEN jsonb_build_object('prompts', r -> '_prompt') ELSE '{}' END;
  digest text;
  leaf bytea := ctx.leaf;
  other bytea;
  done text := set_config('line.pass', '', true);
BEGIN
  digest := encode(sha256(convert_to(COALESCE(answer, 'null')::text, 'UTF8')), 'hex');
  IF ctx.call = 'command' THEN
    leaf := line.emit(ctx.entry, line.head(ctx, 'ok', jsonb_build_object('counts', counted)),
      line.body(ctx, asked || jsonb_build_object('shown', shown, 'digest', digest,
        'reason', (SELECT i.reason FROM line.inquiry i WHERE i.id = ctx.inquiry))), true, false);
  ELSE
    -- What was asked stands in the first entry.
    ctx.params := '{}';
    other := line.emit(gen_random_uuid(),
      line.head(ctx, 'answer', jsonb_build_object('counts', counted, 'of', ctx.entry)),
      line.body(ctx, jsonb_build_object('shown', shown, 'digest', digest)) - 'params', false, false);
  END IF;
  RETURN jsonb_build_object('entry', ctx.entry, 'leaf', encode(leaf, 'hex'), 'at', line.stamp(ctx.at), 'result', answer)
    || CASE WHEN ctx.inquiry IS NULL THEN '{}' ELSE line.acts_left(ctx) END;
END $$;
ALTER FUNCTION line.leave(line.context, jsonb) OWNER TO brightline_line;

-- What happened to a case or a thing in it: daily work reads this, never the ledger.
-- callers: writer
CREATE OR REPLACE FUNCTION line.event(ctx line.context, object_kind text, object_id uuid, of_case uuid, what text,
  old jsonb, new jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO content.event (object_kind, object_id, case_id, account, account_name, what, old, new, entry)
  VALUES (object_kind, object_id, of_case, ctx.account, ctx.account_name, what, old, new, ctx.entry);
END $$;
ALTER FUNCTION line.event(line.context, text, uuid, uuid, text, jsonb, jsonb) OWNER TO brightline_line;
