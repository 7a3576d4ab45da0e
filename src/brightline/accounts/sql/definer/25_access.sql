-- One's own sessions and service tokens, the quarterly confirmation of roles, and break-glass.
-- callers: none

-- ------------------------------------------------------------------------------------------- sessions

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_sessions(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('sessions',
  COALESCE(jsonb_agg(jsonb_build_object('id', s.id, 'opened', line.stamp(s.opened),
    'seen', line.stamp(s.seen), 'expires', line.stamp(s.expires), 'client', s.client, 'bound', s.device_hash IS NOT
      NULL, 'current', s.id = line.session_now(), 'second', s.second_kind,
    'recheck_by', line.stamp(s.recheck_by)) ORDER BY s.opened DESC), '[]'))
  FROM line.session s WHERE s.account = ctx.account AND s.ended IS NULL
    AND s.expires > clock_timestamp() AND s.waits = ''
    AND (s.recheck_by IS NULL OR s.recheck_by > clock_timestamp())
    AND (s.idle_minutes IS NULL OR s.seen >= clock_timestamp() - make_interval(mins => s.idle_minutes)));

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_session_end(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted uuid := line.uuid(p, 'session');
BEGIN
  UPDATE line.session s SET ended = clock_timestamp(), why_ended = 'ended by its account'
    WHERE s.id = wanted AND s.account = ctx.account AND s.ended IS NULL;
  IF NOT FOUND THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('session', wanted, 'ended', line.stamp(clock_timestamp()));
END $$;

-- -------------------------------------------------------------------------------------- service tokens

CREATE OR REPLACE FUNCTION line.accounts_token(t line.service_token) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', t.id, 'title', t.title, 'account', line.accounts_name(t.account),
  'acts', to_jsonb(t.acts),
  'purpose', (SELECT x.key FROM line.purpose x WHERE x.id = t.purpose), 'made', line.stamp(t.made),
    'expires', line.stamp(t.expires),
  'ended', line.stamp(t.ended), 'state', CASE WHEN t.ended IS NOT NULL THEN 'revoked'
    WHEN t.expires <= clock_timestamp() THEN 'expired' ELSE 'live' END);

-- Acts are names of installed functions whose file lets a token call them. No decision is among these.
CREATE OR REPLACE FUNCTION line.accounts_token_acts(p jsonb) RETURNS text[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted text[] := line.texts(p, 'acts', 50); act text;
BEGIN
  IF cardinality(wanted) = 0 THEN
    PERFORM line.bad('acts', 'names nothing', 'Name the acts, for instance case_list.'); END IF;
  FOREACH act IN ARRAY wanted LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_proc f JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
        WHERE n.nspname = 'app' AND f.proname = act) THEN
      PERFORM line.bad('acts', format('%s is no act', left(act, 60)),
        'Acts are the operations of the API reference, such as case_list or search.'); END IF;
    IF NOT EXISTS (SELECT FROM line.token_act x WHERE x.name = act) THEN
      PERFORM line.bad('acts', format('%s needs a person', act),
        'A token reads and uploads; decisions, changes and powers are those of people who signed in.'); END IF;
  END LOOP;
  RETURN ARRAY(SELECT DISTINCT w FROM unnest(wanted) w ORDER BY w);
END $$;

-- Whoever holds a session alone makes none: the password's proof or a code is shown anew, and the account hears of it.
-- The token itself leaves here once; kept is its hash. An account whose sessions a provider must confirm has none: a
-- token would outlive the leaver event. Programs of such a site get a local account of their own.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_token_add(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  token text := 'svc_' || line.new_token(); acts text[] := line.accounts_token_acts(p);
  wanted text := line.need(p, 'purpose', 200);
  ends timestamptz := line.time(p, 'expires'); purp line.purpose; made line.service_token;
  longest integer := LEAST(line.account_rule('token_days', 90), 366);
BEGIN
  SELECT * INTO purp FROM line.purpose x WHERE x.key = wanted AND x.state <> 'closed';
  IF purp.id IS NULL OR NOT line.entitled(ctx.account, purp) THEN PERFORM line.missing(ctx); END IF;
  IF line.accounts_federated(ctx.account) THEN
    PERFORM line.refuse(ctx, 'federated', 'An account of a provider holds no service tokens: they would outlive it.',
      'Make a local account for the program.'); END IF;
  IF ends IS NULL THEN PERFORM line.bad('expires', 'is missing', 'Say until when, YYYY-MM-DD.'); END IF;
  IF ends <= clock_timestamp() OR ends > clock_timestamp() + make_interval(days => longest) THEN
    PERFORM line.bad('expires', format('must lie within the next %s days', longest),
      'Take an earlier day and renew the token in time.'); END IF;
  PERFORM line.accounts_proved(ctx, p);
  INSERT INTO line.service_token (token_hash, account, title, acts, purpose, expires)
    VALUES (line.token_hash(token), ctx.account, line.need(p, 'title', 200), acts, purp.id, ends) RETURNING * INTO made;
  PERFORM line.account_tell(ctx.account, 'session', format('a service token was made for you: %s, until %s', made.title,
    to_char(made.expires, 'YYYY-MM-DD')));
  RETURN line.accounts_token(made) || jsonb_build_object('token', token);
END $$;

CREATE OR REPLACE FUNCTION line.accounts_federated(who uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.identity i WHERE i.account = who);

CREATE OR REPLACE FUNCTION line.accounts_runs(ctx line.context) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.role_grant g WHERE g.account = ctx.account AND g.role = 'admin'
  AND line.accounts_live(g));

-- One's own; an administrator sees everybody's, since whoever answers for the accounts must see what acts for them.
-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_tokens(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('tokens', COALESCE(jsonb_agg(line.accounts_token(t) ORDER BY t.made DESC), '[]'))
  FROM line.service_token t WHERE t.account = ctx.account
    OR line.accounts_runs(ctx));

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_token_revoke(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted uuid := line.uuid(p, 'id'); t line.service_token;
BEGIN
  UPDATE line.service_token x SET ended = clock_timestamp() WHERE x.id = wanted AND x.ended IS NULL
    AND (x.account = ctx.account OR line.accounts_runs(ctx)) RETURNING * INTO t;
  IF t.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN line.accounts_token(t);
END $$;

-- ------------------------------------------------------------------------------- quarterly confirmation

-- May this desk confirm the grant? A supervisor those of the unit and of units below it; an administrator those of the
-- supervisors, overseers and administrators, and of units without another supervisor. Never one's own.
CREATE OR REPLACE FUNCTION line.accounts_confirms(ctx line.context, g line.role_grant) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN g.account <> ctx.account AND CASE split_part(ctx.purpose_key, '/', 2)
  WHEN 'supervisor' THEN g.unit = ctx.unit OR EXISTS (SELECT FROM line.unit u WHERE u.name = g.unit
    AND u.parent = ctx.unit)
  WHEN 'admin' THEN g.role IN ('supervisor', 'overseer', 'admin') OR NOT EXISTS (SELECT FROM line.role_grant o
      JOIN line.account a ON a.id = o.account AND a.state = 'active'
      WHERE o.unit = g.unit AND o.role = 'supervisor' AND o.account NOT IN (g.account, ctx.account)
        AND line.accounts_live(o))
  ELSE false END;

-- Grants that wait within `days`, those that lapsed first.
-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_roles_due(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE days integer := line.int(p, 'days', 30);
BEGIN
  IF days NOT BETWEEN 0 AND 366 THEN PERFORM line.bad('days', 'must lie between 0 and 366', ''); END IF;
  RETURN jsonb_build_object('roles',
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('account', a.name, 'title', a.title, 'unit', g.unit,
      'role', g.role, 'from', line.stamp(g.valid_from), 'due', line.stamp(g.due), 'confirmed', line.stamp(g.confirmed),
      'confirmed_by', line.accounts_name(g.confirmed_by), 'origin', g.origin, 'lapsed', NOT line.accounts_live(g),
      'revision', line.revision(to_jsonb(g))) ORDER BY g.due, a.name, g.role), '[]')
    FROM line.role_grant g JOIN line.account a ON a.id = g.account AND a.state = 'active'
    WHERE (g.valid_to IS NULL OR g.valid_to > clock_timestamp())
      AND g.due < clock_timestamp() + make_interval(days => days)
      AND (ctx.kind = 'oversight' OR line.accounts_confirms(ctx, g))));
END $$;

-- Keep: it goes on for a quarter from now, and never beyond its own end. Otherwise it ends at once.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_role_confirm(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who line.account := line.accounts_need(ctx, p, 'account'); in_unit text := line.need(p, 'unit', 63);
  wanted text := line.need(p, 'role', 20); keep boolean := line.bool(p, 'keep', true); g line.role_grant;
BEGIN
  SELECT * INTO g FROM line.role_grant x WHERE x.account = who.id AND x.unit = in_unit AND x.role = wanted
    AND x.valid_from <= clock_timestamp() AND (x.valid_to IS NULL OR x.valid_to > clock_timestamp())
    ORDER BY x.due DESC LIMIT 1 FOR UPDATE;
  IF g.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF who.id = ctx.account THEN
    PERFORM line.refuse(ctx, 'self', 'Nobody confirms a role of their own.',
      'Another supervisor or an administrator has to do it.'); END IF;
  IF NOT line.accounts_confirms(ctx, g) THEN PERFORM line.missing(ctx); END IF;
  IF keep AND NOT line.accounts_live(g) THEN
    PERFORM line.conflict(ctx, 'lapsed', 'The role lapsed because nobody confirmed it in time.',
      'An administrator can give it again: role add.'); END IF;
  IF keep THEN
    UPDATE line.role_grant x SET due = line.accounts_next_due(), confirmed = clock_timestamp(),
      confirmed_by = ctx.account
      WHERE x.id = g.id RETURNING * INTO g;
  ELSE
    PERFORM line.need(p, 'reason', 2000);
    IF wanted = 'admin' THEN PERFORM line.keep_admin(ctx, who.id); END IF;
    UPDATE line.role_grant x SET valid_to = clock_timestamp(), confirmed = clock_timestamp(), confirmed_by = ctx.account
      WHERE x.id = g.id RETURNING * INTO g;
    PERFORM line.account_tell(who.id, 'role',
      format('your role %s at %s was not confirmed and has ended', wanted, in_unit));
    PERFORM line.accounts_unhang(who.id, format('the role %s at %s was not confirmed', wanted, in_unit));
    PERFORM line.accounts_power_ended(ctx, who.id, in_unit, wanted);
  END IF;
  RETURN jsonb_build_object('account', who.name, 'title', who.title, 'unit', in_unit, 'role', wanted, 'from',
    line.stamp(g.valid_from),
    'due', line.stamp(g.due), 'confirmed', line.stamp(g.confirmed), 'confirmed_by', ctx.account_name, 'origin',
      g.origin, 'lapsed', NOT keep);
END $$;

-- -------------------------------------------------------------------------------------------- break-glass

CREATE OR REPLACE FUNCTION line.accounts_glass_state(b line.glass) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN b.state = 'asked' AND b.asked < clock_timestamp() - interval '4 hours' THEN 'lapsed'
  WHEN b.state = 'open' AND b.expires <= clock_timestamp() THEN 'expired' ELSE b.state END;

-- The second person: a supervisor of the case's own unit who may know of it, or an approver outside it; never whoever
-- asked.
CREATE OR REPLACE FUNCTION line.accounts_glass_judges(ctx line.context, b line.glass) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN b.case_id IS NOT NULL AND b.asker <> ctx.account AND CASE split_part(ctx.purpose_key, '/', 2)
  WHEN 'supervisor' THEN EXISTS (SELECT FROM line.case_ref r WHERE r.case_id = b.case_id AND r.unit = ctx.unit
      AND (NOT r.restricted OR r.supervisor = ctx.account))
  WHEN 'approver' THEN true ELSE false END;

-- Whoever asked sees no more of it than they knew: whether such a case exists, and where, stays untold until it opens.
CREATE OR REPLACE FUNCTION line.accounts_glass(ctx line.context, b line.glass) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('glass', b.number, 'case', b.asked_for, 'asker', line.accounts_name(b.asker), 'asker_title',
  line.accounts_title(b.asker),
  'unit', b.unit, 'reason', b.reason, 'asked', line.stamp(b.asked), 'state', line.accounts_glass_state(b),
  'decided_by', line.accounts_name(b.decided_by), 'decided', line.stamp(b.decided), 'words', b.words,
    'expires', line.stamp(b.expires),
  'ended', line.stamp(b.ended), 'reviewed_by', line.accounts_name(b.reviewed_by), 'reviewed',
    line.stamp(b.reviewed), 'review', b.review,
  'revision', line.revision(to_jsonb(b) - 'case_id'), 'mine', b.asker = ctx.account, 'review_due',
    line.accounts_glass_state(b) IN ('expired', 'ended') AND b.decided IS NOT NULL AND b.reviewed IS NULL,
  'may_decide', line.accounts_glass_state(b) = 'asked' AND line.accounts_glass_judges(ctx, b),
  'may_review', line.accounts_glass_state(b) IN ('expired', 'ended') AND b.decided IS NOT NULL AND b.reviewed IS NULL
    AND line.accounts_glass_judges(ctx, b) AND b.decided_by <> ctx.account);

-- Only a case of one's own regime, neither closed nor sealed nor protected, and not one's own. NULL for all else.
CREATE OR REPLACE FUNCTION line.accounts_glass_case(ctx line.context, asked text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT p.case_id FROM line.purpose p JOIN line.authority a ON a.code = p.authority
  JOIN line.unit u ON u.name = ctx.unit
  WHERE p.kind = 'case' AND p.key = asked AND a.regime = u.regime AND NOT line.glass_barred(p.case_id)
    AND NOT EXISTS (SELECT FROM line.purpose o JOIN line.authority oa ON oa.code = o.authority
      WHERE o.case_id = p.case_id AND oa.regime <> u.regime));

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_glass_ask(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key text := upper(line.need(p, 'case', 40)); why text := line.need(p, 'reason', 4000);
  fault text[] := line.reason_fault(ctx.account, line.need(p, 'reason', 4000)); of_case uuid; b line.glass; n text;
BEGIN
  IF key !~ '^C-\d{4}-\d{4,6}$' THEN PERFORM line.bad('case', 'is no case number', 'Write it as C-2026-4711.'); END IF;
  IF fault IS NOT NULL THEN PERFORM line.refuse(ctx, fault[1], fault[2], fault[3]); END IF;
  of_case := line.accounts_glass_case(ctx, key);
  IF of_case IS NOT NULL AND line.cases_capacity(ctx.account, of_case) IS NOT NULL THEN
    PERFORM line.conflict(ctx, 'member', 'You are a member of this case.', 'Work under it.'); END IF;
  IF EXISTS (SELECT FROM line.glass x WHERE x.asker = ctx.account AND x.asked_for = key
    AND line.accounts_glass_state(x) IN ('asked', 'open')) THEN
    PERFORM line.conflict(ctx, 'exists', 'You have asked for this case already.', 'See the list of requests.'); END IF;
  FOR i IN 1 .. 50 LOOP
    n := line.number_drawn('G', 6);
    EXIT WHEN NOT EXISTS (SELECT FROM line.glass x WHERE x.number = n);
  END LOOP;
  -- Whether there is such a case, and who is asked about it, the worker finds: the row is the same either way.
  INSERT INTO line.glass (number, asked_for, asker, unit, reason)
    VALUES (n, key, ctx.account, ctx.unit, why) RETURNING * INTO b;
  PERFORM line.errand_put(ctx, 'glass', jsonb_build_object('glass', b.id));
  RETURN line.accounts_glass(ctx, b);
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_glass_list(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted text := line.text(p, 'state', 20); most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  RETURN (WITH fit AS MATERIALIZED (SELECT x.id FROM line.glass x WHERE (x.asker = ctx.account OR ctx.kind = 'oversight'
    OR line.accounts_glass_judges(ctx, x))
      AND (wanted IS NULL OR line.accounts_glass_state(x) = wanted))
    SELECT jsonb_build_object('total', (SELECT count(*) FROM fit), 'requests',
      COALESCE(jsonb_agg(line.accounts_glass(ctx, b) ORDER BY b.asked DESC, b.id), '[]'))
    FROM (SELECT * FROM line.glass x WHERE x.id IN (SELECT id FROM fit) ORDER BY x.asked DESC, x.id
      LIMIT most OFFSET skip) b);
END $$;

CREATE OR REPLACE FUNCTION line.accounts_glass_need(ctx line.context, p jsonb) RETURNS line.glass
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE b line.glass;
BEGIN
  SELECT * INTO b FROM line.glass x WHERE x.number = upper(line.need(p, 'glass', 20)) FOR UPDATE;
  IF b.id IS NULL OR NOT (b.asker = ctx.account OR line.accounts_glass_judges(ctx, b)) THEN
    PERFORM line.missing(ctx); END IF;
  RETURN b;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_glass_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_jsonb(line.accounts_glass_need(ctx, p)) - 'case_id' $$;

-- The case's lead and supervisor and every overseer hear of it in the same transaction.
CREATE OR REPLACE FUNCTION line.accounts_glass_told(ctx line.context, b line.glass) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.account_tell(w.account, 'glass', format('%s opened %s to %s until %s', ctx.account_name, b.asked_for,
    line.accounts_name(b.asker), to_char(b.expires AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')))
  FROM (SELECT line.case_answers(b.case_id) AS account
    UNION SELECT g.account FROM line.role_grant g WHERE g.role = 'overseer' AND line.accounts_live(g)
    UNION SELECT b.asker) w WHERE w.account <> ctx.account
$$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_glass_decide(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  b line.glass := line.accounts_glass_need(ctx, p); yes boolean := line.bool(p, 'approve', true);
  why text := line.need(p, 'reason', 2000);
  hours integer := line.int(p, 'hours', LEAST(line.account_rule('glass_hours', 4), 4));
BEGIN
  IF b.asker = ctx.account THEN
    PERFORM line.refuse(ctx, 'self', 'Whoever asks doesn''t decide.',
      'A supervisor of the case''s unit or an approver has to.'); END IF;
  PERFORM line.decider(ctx, ARRAY[b.asker]);
  IF line.accounts_glass_state(b) <> 'asked' THEN
    PERFORM line.conflict(ctx, 'state', 'The request doesn''t wait any more.', 'Ask again.'); END IF;
  IF hours NOT BETWEEN 1 AND LEAST(line.account_rule('glass_hours', 4), 4) THEN
    PERFORM line.bad('hours', format('must lie between 1 and %s',
      LEAST(line.account_rule('glass_hours', 4), 4)), ''); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'has fewer than 20 characters', 'Say what makes it right, or wrong.'); END IF;
  IF yes AND line.glass_barred(b.case_id) THEN
    PERFORM line.refuse(ctx, 'barred', 'What is sealed or protected opens by order alone.',
      'Ask for a clearance.'); END IF;
  UPDATE line.glass x SET state = CASE WHEN yes THEN 'open' ELSE 'denied'
    END, decided_by = ctx.account, decided = clock_timestamp(), words = why,
    expires = CASE WHEN yes THEN clock_timestamp() + make_interval(hours => hours) - interval '1 second' END
      WHERE x.id = b.id RETURNING * INTO b;
  IF yes THEN PERFORM line.accounts_glass_told(ctx, b);
  ELSE PERFORM line.account_tell(b.asker, 'glass', format('%s was denied', b.number)); END IF;
  RETURN line.accounts_glass(ctx, b);
END $$;

-- Whoever asked is done, or whoever answers for the case wants it shut.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_glass_end(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE b line.glass := line.accounts_glass_need(ctx, p);
BEGIN
  IF NOT line.accounts_glass_state(b) IN ('asked', 'open') THEN
    PERFORM line.conflict(ctx, 'state', 'It is over already.', ''); END IF;
  UPDATE line.glass x SET state = 'ended', ended = clock_timestamp() WHERE x.id = b.id RETURNING * INTO b;
  UPDATE line.inquiry i SET ended = clock_timestamp() FROM line.purpose q
    WHERE q.id = i.purpose AND q.case_id = b.case_id AND i.account = b.asker AND i.ended IS NULL;
  RETURN line.accounts_glass(ctx, b);
END $$;

-- Afterwards a third person says whether it was right.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_glass_review(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE b line.glass := line.accounts_glass_need(ctx, p); said text := line.need(p, 'review', 4000);
BEGIN
  IF b.asker = ctx.account OR b.decided_by = ctx.account THEN
    PERFORM line.refuse(ctx, 'self', 'Whoever asked or opened it doesn''t review it.',
      'A third person has to.'); END IF;
  PERFORM line.decider(ctx, ARRAY[b.asker, b.decided_by]);
  IF b.decided IS NULL OR NOT line.accounts_glass_state(b) IN ('expired', 'ended') THEN
    PERFORM line.conflict(ctx, 'state', 'There is nothing to review yet.', 'Wait until it has expired.'); END IF;
  IF b.reviewed IS NOT NULL THEN PERFORM line.conflict(ctx, 'state', 'It was reviewed already.', ''); END IF;
  IF length(said) < 20 THEN
    PERFORM line.bad('review', 'has fewer than 20 characters',
    'Say what was looked at and whether that was right.'); END IF;
  UPDATE line.glass x SET reviewed_by = ctx.account, reviewed = clock_timestamp(), review = said
    WHERE x.id = b.id RETURNING * INTO b;
  RETURN line.accounts_glass(ctx, b);
END $$;
