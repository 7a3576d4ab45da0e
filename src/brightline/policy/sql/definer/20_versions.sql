-- Versions of the rulebook. Pure code judges (the role brightline_policy alone may say what was found); here is who may
-- propose and approve, the notice to overseers, and the moment from which a version holds. Nobody's own is theirs to
-- approve.
-- callers: none

-- The book by its hash: the same words, and a long text less to compare.
CREATE OR REPLACE FUNCTION line.rulebook_doc(v line.rulebook_version) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN to_jsonb(v) - ARRAY['book', 'source', 'proof'];

CREATE OR REPLACE FUNCTION line.rulebook_head(v line.rulebook_version) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('version', v.version, 'state', v.state, 'hash', encode(v.hash, 'hex'), 'base', v.base,
  'author', line.accounts_name(v.author), 'author_title', COALESCE(line.accounts_title(v.author),
    'Installation'), 'reason', v.reason,
  'proposed', line.stamp(v.proposed), 'effective', line.stamp(v.effective), 'weakens', v.weakens,
  'changes', jsonb_array_length(v.changes), 'decided_by', line.accounts_name(v.decided_by),
  'decided_title', line.accounts_title(v.decided_by), 'decided', line.stamp(v.decided), 'decision', v.decision,
  'began', line.stamp(v.began), 'ended', line.stamp(v.ended), 'revision', line.revision(line.rulebook_doc(v)));

CREATE OR REPLACE FUNCTION line.rulebook_find(ctx line.context, p jsonb) RETURNS line.rulebook_version
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version; wanted integer := line.int(p, 'version', NULL);
BEGIN
  IF wanted IS NULL THEN SELECT * INTO v FROM line.rulebook_version x WHERE x.state = 'in_force';
  ELSE SELECT * INTO v FROM line.rulebook_version x WHERE x.version = wanted FOR UPDATE; END IF;
  IF v.version IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN v;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.rulebook_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version;
BEGIN
  SELECT * INTO v FROM line.rulebook_version x WHERE x.version = line.int(p, 'version', NULL) FOR UPDATE;
  RETURN CASE WHEN v.version IS NOT NULL THEN line.rulebook_doc(v) END;
END $$;

-- Who writes a new version has read the one in force, which it changes.
-- callers: writer
CREATE OR REPLACE FUNCTION line.rulebook_base_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version;
BEGIN
  PERFORM 1 FROM line.state s FOR UPDATE;
  SELECT * INTO v FROM line.rulebook_version x WHERE x.state = 'in_force';
  RETURN CASE WHEN v.version IS NOT NULL THEN line.rulebook_doc(v) END;
END $$;

CREATE OR REPLACE FUNCTION line.rulebook_step(ctx line.context, v line.rulebook_version, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text;
BEGIN
  SELECT t.becomes INTO after FROM line.rulebook_transition t WHERE t.state = v.state AND t.act = rulebook_step.act;
  IF after IS NULL AND v.state = 'unchecked' THEN
    PERFORM line.conflict(ctx, 'unjudged', format('Version %s isn''t judged yet.', v.version),
      'Its author proposes the same text again, which has it judged, or withdraws it.'); END IF;
  IF after IS NULL THEN
    PERFORM line.conflict(ctx, 'state', format('Version %s is %s.', v.version, replace(v.state, '_', ' ')),
      'What was decided stays; propose another version.'); END IF;
  RETURN after;
END $$;

CREATE OR REPLACE FUNCTION line.rulebook_reason(p jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE why text := line.need(p, 'reason', 2000);
BEGIN
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'has fewer than 20 characters', 'Say why, in a sentence.'); END IF;
  RETURN why;
END $$;

CREATE OR REPLACE FUNCTION line.rulebook_may(ctx line.context, v line.rulebook_version) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN to_jsonb(CASE
  WHEN v.state = 'proposed' AND v.author IS DISTINCT FROM ctx.account AND ctx.purpose_key LIKE '%/approver'
    THEN ARRAY['approve', 'reject']
  WHEN v.state IN ('unchecked', 'proposed', 'approved') AND (v.author = ctx.account AND ctx.purpose_key LIKE '%/admin'
    OR v.state = 'approved' AND ctx.purpose_key LIKE '%/approver') THEN ARRAY['withdraw']
  WHEN ctx.kind = 'oversight' AND EXISTS (SELECT FROM line.rulebook_notice n WHERE n.version = v.version) AND NOT EXISTS
    (SELECT FROM line.rulebook_seen s WHERE s.version = v.version AND s.account = ctx.account) THEN ARRAY['seen']
      END::text[] || '{}'::text[]);

-- ------------------------------------------------------------------------------------------ reading

-- callers: reader
CREATE OR REPLACE FUNCTION line.rulebook_list(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('items',
  (SELECT COALESCE(jsonb_agg(line.rulebook_head(v) || jsonb_build_object('may', line.rulebook_may(ctx, v))
  ORDER BY v.version DESC), '[]') FROM line.rulebook_version v));

CREATE OR REPLACE FUNCTION line.rulebook_notice_json(v line.rulebook_version) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('version', n.version, 'made', line.stamp(n.made), 'effective',
  line.stamp(v.effective), 'state', v.state,
    'changes', n.changes, 'author_title', COALESCE(line.accounts_title(v.author), 'Installation'), 'reason', v.reason,
    'seen', (SELECT COALESCE(jsonb_agg(jsonb_build_object('by', line.accounts_title(s.account), 'at',
      line.stamp(s.at), 'remark', s.remark)
      ORDER BY s.at), '[]') FROM line.rulebook_seen s WHERE s.version = n.version))
  FROM line.rulebook_notice n WHERE n.version = v.version);

-- What was registered one by one, beside what the book itself names.
CREATE OR REPLACE FUNCTION line.rulebook_registered(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object(
  'authorities', (SELECT COALESCE(jsonb_object_agg(a.code, jsonb_build_object('title', a.title, 'regime',
    a.regime, 'statute', a.statute,
      'processes', a.processes, 'approver_role', a.approver_role, 'valid_from', a.valid_from,
        'valid_to', a.valid_to)), '{}')
    FROM line.authority a WHERE a.code <> 'case-born'),
  'agreements', (SELECT COALESCE(jsonb_object_agg(g.id, jsonb_build_object('source', g.source, 'regimes',
    g.regimes, 'units', g.units,
      'valid_from', g.valid_from, 'expires', g.expires, 'redistribution', g.redistribution, 'sole_basis',
        g.sole_basis, 'state', g.state)
      || CASE WHEN line.sources_near(ctx.account, s)
        THEN jsonb_build_object('pointer_tier', g.pointer_tier) ELSE '{}' END), '{}')
    FROM line.agreement g JOIN line.source s ON s.name = g.source WHERE line.sources_told(ctx.account, s)),
  'units', (SELECT COALESCE(jsonb_object_agg(u.name, jsonb_build_object('title', u.title, 'parent', u.parent,
    'regime', u.regime)), '{}')
    FROM line.unit u));

-- Of a version that isn't decided, what it would change in the book in force now, worked out as it is asked.
CREATE OR REPLACE FUNCTION line.rulebook_shown(v line.rulebook_version) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN v.state IN ('unchecked', 'proposed', 'approved')
  THEN line.rulebook_difference((SELECT s.rulebook FROM line.state s), v.book) ELSE v.changes END;

-- callers: reader
CREATE OR REPLACE FUNCTION line.rulebook_show(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version := line.rulebook_find(ctx, p);
BEGIN
  RETURN line.rulebook_head(v) || jsonb_build_object('book', v.book, 'yaml', v.source, 'difference',
    line.rulebook_shown(v), 'proof', v.proof,
    'notice', line.rulebook_notice_json(v), 'may', line.rulebook_may(ctx, v), 'registered',
      line.rulebook_registered(ctx));
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.rulebook_notices(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('items', (SELECT COALESCE(jsonb_agg(line.rulebook_notice_json(v)
    || jsonb_build_object('may', line.rulebook_may(ctx, v)) ORDER BY v.version DESC), '[]')
  FROM line.rulebook_version v JOIN line.rulebook_notice n ON n.version = v.version));

-- ------------------------------------------------------------------------------- propose, decide, withdraw

-- Kept whatever comes of it: a rulebook that turns out broken is on record with its author. A version that nobody came
-- to judge is taken up by its author's proposing the same book again, so that it is judged then; no second one is made.
-- callers: writer
CREATE OR REPLACE FUNCTION line.rulebook_propose(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version; old line.rulebook_version; wanted timestamptz := line.time(p, 'effective');
why text := line.rulebook_reason(p);
BEGIN
  IF jsonb_typeof(p -> 'book') IS DISTINCT FROM 'object' THEN
    PERFORM line.bad('book', 'is missing', 'Send the whole rulebook.'); END IF;
  IF wanted < clock_timestamp() THEN
    PERFORM line.bad('effective', 'lies in the past', 'Name a moment to come, or leave it out.'); END IF;
  PERFORM 1 FROM line.state s FOR UPDATE;
  SELECT * INTO old FROM line.rulebook_version x WHERE x.state = 'in_force';
  IF old.book = p -> 'book' THEN PERFORM line.conflict(ctx, 'same', 'This is the rulebook in force.',
    'Nothing has to be done.'); END IF;
  UPDATE line.rulebook_version x SET reason = why, effective = wanted, source = COALESCE(p ->> 'yaml', ''),
    proposed = clock_timestamp()
    WHERE x.state = 'unchecked' AND x.author = ctx.account AND x.base IS NOT DISTINCT FROM old.version
      AND x.book = p -> 'book' RETURNING * INTO v;
  IF v.version IS NULL THEN
    INSERT INTO line.rulebook_version (version, state, book, source, hash, base, author, reason, effective)
      SELECT COALESCE(max(x.version), 0) + 1, 'unchecked', p -> 'book', COALESCE(p ->> 'yaml', ''),
        sha256(convert_to((p -> 'book')::text, 'UTF8')), old.version, ctx.account, why, wanted
          FROM line.rulebook_version x
      RETURNING * INTO v; END IF;
  PERFORM line.event(ctx, 'rulebook', v.id, NULL, 'proposed a rulebook', NULL, jsonb_build_object('version',
    v.version, 'reason', why));
  RETURN line.rulebook_head(v);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.rulebook_approve(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version := line.rulebook_find(ctx, p); after text := line.rulebook_step(ctx, v, 'approve');
why text := line.rulebook_reason(p);
  wrong text;
BEGIN
  IF v.author = ctx.account THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Who wrote a rulebook can''t approve it.',
      'Another approver has to decide.'); END IF;
  PERFORM line.decider(ctx, ARRAY[v.author], true);
  IF v.base IS DISTINCT FROM (SELECT x.version FROM line.rulebook_version x WHERE x.state = 'in_force') THEN
    PERFORM line.conflict(ctx, 'base', 'Another version has come into force since this one was written.',
      'Withdraw it and propose it again.'); END IF;
  IF EXISTS (SELECT FROM line.rulebook_version x WHERE x.state = 'approved') THEN
    PERFORM line.conflict(ctx, 'waits', 'Another approved version waits for its day.',
      'Withdraw that one, or wait.'); END IF;
  -- Asked again of the books themselves, not of what was found when it was judged.
  wrong := line.rulebook_floor(v.book);
  IF wrong IS NOT NULL THEN
    PERFORM line.conflict(ctx, 'broken', format('This version can''t hold: %s.', wrong),
      'Reject it, or have it withdrawn.'); END IF;
  IF line.rulebook_weakening(line.rulebook_shown(v)) <> '[]' AND (v.effective IS NULL OR v.effective < clock_timestamp()
      OR NOT EXISTS (SELECT FROM line.rulebook_notice n WHERE n.version = v.version)) THEN
    PERFORM line.conflict(ctx, 'late', 'Its day passed before it was approved.',
      'Withdraw it and propose it again, with a later day.'); END IF;
  UPDATE line.rulebook_version x SET state = after, decided_by = ctx.account, decided = ctx.at, decision = why,
    effective = GREATEST(COALESCE(x.effective, ctx.at), ctx.at) WHERE x.version = v.version RETURNING * INTO v;
  PERFORM line.event(ctx, 'rulebook', v.id, NULL, 'approved a rulebook', NULL, jsonb_build_object('version',
    v.version, 'reason', why));
  RETURN line.rulebook_head(v);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.rulebook_reject(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version := line.rulebook_find(ctx, p); after text := line.rulebook_step(ctx, v, 'reject');
why text := line.rulebook_reason(p);
BEGIN
  IF v.author = ctx.account THEN PERFORM line.refuse(ctx, 'four_eyes', 'Who wrote a rulebook can''t decide it.',
    'Withdraw it instead.'); END IF;
  PERFORM line.decider(ctx, ARRAY[v.author], true);
  UPDATE line.rulebook_version x SET state = after, decided_by = ctx.account, decided = ctx.at, decision = why
    WHERE x.version = v.version RETURNING * INTO v;
  PERFORM line.event(ctx, 'rulebook', v.id, NULL, 'rejected a rulebook', NULL, jsonb_build_object('version',
    v.version, 'reason', why));
  RETURN line.rulebook_head(v);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.rulebook_withdraw(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version := line.rulebook_find(ctx, p); after text := line.rulebook_step(ctx, v, 'withdraw');
why text := line.rulebook_reason(p);
BEGIN
  IF NOT line.rulebook_may(ctx, v) ? 'withdraw' THEN
    PERFORM line.refuse(ctx, 'side',
      'Its author withdraws a version, or an approver one that waits for its day.', ''); END IF;
  -- Overseers hear of one that was approved and is taken back, whether or not it would have weakened anything.
  IF v.state = 'approved' THEN
    INSERT INTO line.rulebook_notice (version, changes) SELECT v.version, v.changes WHERE v.changes <> '[]'
      ON CONFLICT DO NOTHING; END IF;
  UPDATE line.rulebook_version x SET state = after, decision = why, ended = ctx.at
    WHERE x.version = v.version RETURNING * INTO v;
  PERFORM line.event(ctx, 'rulebook', v.id, NULL, 'withdrew a rulebook', NULL, jsonb_build_object('version',
    v.version, 'reason', why));
  RETURN line.rulebook_head(v);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.rulebook_see(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version := line.rulebook_find(ctx, p);
BEGIN
  IF NOT EXISTS (SELECT FROM line.rulebook_notice n WHERE n.version = v.version) THEN PERFORM line.missing(ctx); END IF;
  INSERT INTO line.rulebook_seen (version, account, remark)
    VALUES (v.version, ctx.account, COALESCE(line.text(p, 'remark', 2000), ''))
    ON CONFLICT DO NOTHING;
  RETURN line.rulebook_notice_json(v);
END $$;

-- --------------------------------------------------------------- judged and put in force (role brightline_policy)

-- callers: policy
CREATE OR REPLACE FUNCTION line.policy_version(wanted integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('version', v.version, 'state', v.state, 'book', v.book, 'hash', encode(v.hash, 'hex'),
    'old', (SELECT s.rulebook FROM line.state s), 'effective', v.effective, 'now', clock_timestamp(),
    'units', (SELECT COALESCE(jsonb_object_agg(u.name, u.parent), '{}') FROM line.unit u),
    'sources', (SELECT COALESCE(jsonb_agg(s.name), '[]') FROM line.source s),
    'agreements', (SELECT COALESCE(jsonb_object_agg(g.id, g.source), '{}') FROM line.agreement g))
  FROM (SELECT wanted) w LEFT JOIN line.rulebook_version v ON v.version = wanted);

-- Why a judgement that a version holds isn't taken; NULL when it is.
CREATE OR REPLACE FUNCTION line.policy_objection(v line.rulebook_version, old jsonb, told jsonb, differs jsonb,
  day timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE first timestamptz; wrong text := line.rulebook_floor(v.book);
theirs jsonb := CASE jsonb_typeof(told -> 'changes') WHEN 'array' THEN told -> 'changes' ELSE '[]' END;
BEGIN
  IF wrong IS NOT NULL THEN RETURN wrong; END IF;
  IF differs = '[]' THEN RETURN 'it differs from the one in force in nothing that can be shown'; END IF;
  IF EXISTS (SELECT d ->> 'key', d -> 'weakens' FROM jsonb_array_elements(differs) d
      EXCEPT SELECT t ->> 'key', t -> 'weakens' FROM jsonb_array_elements(theirs) t)
  OR EXISTS (SELECT t ->> 'key', t -> 'weakens' FROM jsonb_array_elements(theirs) t
      EXCEPT SELECT d ->> 'key', d -> 'weakens' FROM jsonb_array_elements(differs) d) THEN
    RETURN 'the judgement tells another difference than there is';
  END IF;
  IF line.rulebook_weakening(differs) = '[]' THEN RETURN NULL; END IF;
  first := clock_timestamp() + make_interval(days => line.rulebook_days(old, v.book));
  IF day IS NULL OR day < first THEN RETURN 'a weaker guard without notice'; END IF;
  -- Only its author puts it off for long.
  IF v.effective IS NULL AND day > first + interval '2 days' THEN RETURN 'a day that nobody chose'; END IF;
  RETURN NULL;
END $$;

-- What pure code found of a proposed version. What differs, what of it weakens a guard, the floor and the day are the
-- line's own
-- (10_judged.sql): a judgement that says otherwise isn't taken, and is an entry. A weaker guard makes the notice, in
-- this transaction.
-- callers: policy
CREATE OR REPLACE FUNCTION line.policy_judged(wanted integer, of_hash text, told jsonb) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version; ctx line.context; old jsonb; differs jsonb; weaker jsonb; why text;
holds boolean := COALESCE((told ->> 'holds')::boolean, false);
  day timestamptz;
BEGIN
  SELECT * INTO v FROM line.rulebook_version x WHERE x.version = wanted AND x.state = 'unchecked'
    AND encode(x.hash, 'hex') = of_hash FOR UPDATE;
  IF v.version IS NULL THEN RETURN false; END IF;
  SELECT s.rulebook INTO old FROM line.state s;
  differs := line.rulebook_difference(old, v.book); weaker := line.rulebook_weakening(differs);
  day := CASE WHEN weaker = '[]' THEN v.effective ELSE COALESCE(v.effective, (told ->> 'effective')::timestamptz) END;
  ctx.act := 'change'; ctx.name := 'policy_judged'; ctx.params := told;
  IF holds THEN why := line.policy_objection(v, old, told, differs, day); END IF;
  IF why IS NOT NULL THEN
    PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'refused', jsonb_build_object('rulebook',
      of_hash, 'version', wanted)),
      line.body(ctx, jsonb_build_object('why', why)), false, true);
    RAISE EXCEPTION 'rulebook: %', why;
  END IF;
  UPDATE line.rulebook_version x SET proof = COALESCE(told -> 'proof', '[]'), changes = differs, weakens = weaker
    <> '[]', effective = day,
    state = (SELECT t.becomes FROM line.rulebook_transition t WHERE t.state = 'unchecked' AND t.act = CASE WHEN holds
      THEN 'prove' ELSE 'refute' END),
    decision = COALESCE(told ->> 'broken', '') WHERE x.version = wanted;
  IF holds AND weaker <> '[]' THEN INSERT INTO line.rulebook_notice (version, changes) VALUES (wanted, weaker); END IF;
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'ok', jsonb_build_object('rulebook', of_hash, 'version',
    wanted, 'holds', holds,
    'weakens', jsonb_array_length(weaker))), line.body(ctx, '{}'), true, false);
  RETURN true;
END $$;

-- Authorities, agreements and units that the book names; what the last one named and this one doesn't ends today.
CREATE OR REPLACE FUNCTION line.policy_register(book jsonb, old jsonb) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.unit (name, title, regime) SELECT u.key, u.value ->> 'title', u.value ->> 'regime'
    FROM jsonb_each(book -> 'units') u
    ON CONFLICT (name) DO UPDATE SET title = EXCLUDED.title, regime = EXCLUDED.regime;
  UPDATE line.unit x SET parent = u.value ->> 'parent' FROM jsonb_each(book -> 'units') u WHERE x.name = u.key;
  INSERT INTO line.authority (code, title, regime, statute, processes, approver_role, valid_from, valid_to)
    SELECT a.key, a.value ->> 'title', a.value ->> 'regime', a.value ->> 'statute',
      ARRAY(SELECT jsonb_array_elements_text(COALESCE(a.value -> 'processes', '[]'))),
        COALESCE(a.value ->> 'approver_role', 'supervisor'),
      COALESCE((a.value ->> 'valid_from')::date, CURRENT_DATE), (a.value ->> 'valid_to')::date
        FROM jsonb_each(book -> 'authorities') a
    ON CONFLICT (code) DO UPDATE SET title = EXCLUDED.title, regime = EXCLUDED.regime, statute = EXCLUDED.statute,
      processes = EXCLUDED.processes, approver_role = EXCLUDED.approver_role, valid_to = EXCLUDED.valid_to;
  UPDATE line.authority x SET valid_to = GREATEST(x.valid_from, CURRENT_DATE)
    WHERE old -> 'authorities' ? x.code AND NOT book -> 'authorities' ? x.code;
  INSERT INTO line.agreement (id, source, regimes, units, pointer_tier, valid_from, expires, redistribution, sole_basis)
    SELECT g.key, g.value ->> 'source', ARRAY(SELECT jsonb_array_elements_text(g.value -> 'regimes')),
      ARRAY(SELECT jsonb_array_elements_text(COALESCE(g.value -> 'units', '[]'))),
        COALESCE((g.value ->> 'pointer_tier')::integer, 0),
      COALESCE((g.value ->> 'valid_from')::date, CURRENT_DATE), (g.value ->> 'expires')::date,
      COALESCE(g.value ->> 'redistribution', 'none'), COALESCE((g.value ->> 'sole_basis')::boolean, false)
        FROM jsonb_each(book -> 'agreements') g
    ON CONFLICT (id) DO UPDATE SET regimes = EXCLUDED.regimes, units = EXCLUDED.units, pointer_tier
      = EXCLUDED.pointer_tier,
      expires = EXCLUDED.expires, redistribution = EXCLUDED.redistribution, sole_basis =
        EXCLUDED.sole_basis, state = 'active';
  UPDATE line.agreement x SET state = 'ended' WHERE old -> 'agreements' ? x.id AND NOT book -> 'agreements' ? x.id
$$;

-- An approved version whose time has come holds from the next act on: `enter` finds every visible set stale while one
-- is due, the gate calls this and compiles again. Nothing has to run for that. True when one came into force.
-- callers: policy
CREATE OR REPLACE FUNCTION line.policy_settle() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE v line.rulebook_version; ctx line.context; old jsonb;
BEGIN
  IF NOT line.rulebook_waits() THEN RETURN false; END IF;
  SELECT s.rulebook INTO old FROM line.state s FOR UPDATE;
  PERFORM line.proposals_settle();
  SELECT * INTO v FROM line.rulebook_version x WHERE x.state = 'approved'
    AND x.effective <= clock_timestamp() FOR UPDATE;
  IF v.version IS NULL THEN RETURN false; END IF;
  UPDATE line.rulebook_version x SET state = 'past', ended = clock_timestamp() WHERE x.state = 'in_force';
  UPDATE line.rulebook_version x SET state = 'in_force', began = clock_timestamp() WHERE x.version = v.version;
  UPDATE line.state SET rulebook = v.book, rulebook_hash = v.hash, epoch = epoch + 1;
  PERFORM line.policy_register(v.book, old);
  ctx.act := 'change'; ctx.name := 'policy_settle'; ctx.params := jsonb_build_object('version', v.version,
    'old', old, 'new', v.book);
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'ok', jsonb_build_object('rulebook', encode(v.hash, 'hex'),
    'version', v.version)),
    line.body(ctx, '{}'), true, false);
  RETURN true;
END $$;

-- `up` seeds an empty installation, and adds the keys that a new version of Brightline brings. It changes no rule.
CREATE OR REPLACE FUNCTION line.policy_seed(wanted jsonb, yaml text, why text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ctx line.context; old jsonb; digest bytea := sha256(convert_to(wanted::text, 'UTF8'));
made integer; prior integer;
BEGIN
  SELECT s.rulebook INTO old FROM line.state s FOR UPDATE;
  IF old = wanted THEN RETURN false; END IF;
  SELECT max(x.version) FILTER (WHERE x.state = 'in_force'), COALESCE(max(x.version), 0) + 1 INTO prior, made
    FROM line.rulebook_version x;
  UPDATE line.rulebook_version x SET state = 'past', ended = clock_timestamp() WHERE x.version = prior;
  -- What waits was written, and proved, without the new keys.
  UPDATE line.rulebook_version x SET state = 'withdrawn', ended = clock_timestamp(),
    decision = format('Version %s brought keys that this one lacks; propose it again.', made)
      WHERE x.state IN ('unchecked', 'proposed', 'approved');
  INSERT INTO line.rulebook_version (version, state, book, source, hash, base, reason, effective, began)
    VALUES (made, 'in_force', wanted, yaml, digest, prior, why, clock_timestamp(), clock_timestamp());
  UPDATE line.state SET rulebook = wanted, rulebook_hash = digest, epoch = epoch + 1;
  PERFORM line.policy_register(wanted, old);
  ctx.act := 'change'; ctx.name := 'policy_seed'; ctx.params := jsonb_build_object('old', old, 'new', wanted);
  PERFORM line.emit(gen_random_uuid(),
    line.head(ctx, 'ok', jsonb_build_object('rulebook', encode(digest, 'hex'), 'version', made)),
    line.body(ctx, '{}'), true, false);
  RETURN true;
END $$;
