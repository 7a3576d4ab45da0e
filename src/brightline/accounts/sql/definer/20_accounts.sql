-- Accounts, units, roles, authorities. Called by the installed functions of the room accounts, which check who asks;
-- here stands what an administrator may change and what nobody may.
-- callers: none

-- ---------------------------------------------------------------------------------------- who am I

CREATE OR REPLACE FUNCTION line.accounts_roles(who uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('unit', g.unit, 'unit_title', u.title, 'role', g.role,
    'purpose', g.unit || '/' || g.role, 'supervisor', line.accounts_name(a.supervisor),
    'from', line.stamp(g.valid_from), 'to', line.stamp(g.valid_to)) ORDER BY g.unit, g.role), '[]')
  FROM line.role_grant g JOIN line.unit u ON u.name = g.unit JOIN line.account a ON a.id = g.account
  WHERE g.account = who AND line.accounts_live(g));

CREATE OR REPLACE FUNCTION line.accounts_inquiry(who uuid, under uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('id', i.id, 'reason', i.reason, 'opened', line.stamp(i.opened), 'acts', i.acts,
    'acts_left', line.rule_int('inquiry.acts') - i.acts, 'acts_max', line.rule_int('inquiry.acts'),
    'expires', line.stamp(i.opened + make_interval(hours => line.rule_int('inquiry.hours'))))
  FROM line.inquiry i WHERE i.account = who AND i.purpose = under AND i.ended IS NULL
    AND i.opened > clock_timestamp() - make_interval(hours => line.rule_int('inquiry.hours'))
    AND i.acts < line.rule_int('inquiry.acts') ORDER BY i.opened DESC LIMIT 1);

-- Everything this person may work under, now. A case's title comes along: its members know it.
-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_purposes(who uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('key', p.key, 'kind', p.kind, 'title', p.title, 'regime', a.regime,
    'authority', a.code, 'authority_title', a.title, 'statute', a.statute, 'unit', p.unit, 'unit_title', u.title,
    'role', p.role, 'case', CASE WHEN p.kind = 'case' THEN split_part(p.key, '@', 1) END, 'state', p.state,
    'expires', line.stamp(p.expires), 'inquiry', line.accounts_inquiry(who, p.id))
    ORDER BY p.kind, p.state, p.key), '[]')
  FROM line.purpose p JOIN line.authority a ON a.code = p.authority JOIN line.unit u ON u.name = p.unit
  WHERE p.state <> 'closed' AND (p.expires IS NULL OR p.expires > clock_timestamp())
    AND line.accounts_in_force(a) AND line.entitled(who, p));

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_whoami(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('id', a.id, 'account', a.name, 'title', a.title, 'must_change', a.must_change,
    'waits', COALESCE((SELECT s.waits FROM line.session s WHERE s.id = line.session_now()), ''),
    'supervisor', line.accounts_name(a.supervisor), 'roles', line.accounts_roles(a.id),
    'units', (SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_object('name', u.name, 'title', u.title)), '[]')
      FROM line.role_grant g JOIN line.unit u ON u.name = g.unit WHERE g.account = a.id AND line.accounts_live(g)),
    'purposes', line.accounts_purposes(a.id))
  FROM line.account a WHERE a.id = ctx.account);

-- ---------------------------------------------------------------------------------------- accounts

-- A verifier is the SHA-256 of an Argon2id hash; a challenge weaker than ours isn't taken.
CREATE OR REPLACE FUNCTION line.accounts_verifier(p jsonb) RETURNS bytea
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE v text := line.need(p, 'verifier', 64); k jsonb := p -> 'kdf';
BEGIN
  IF v !~ '^[0-9a-f]{64}$' THEN PERFORM line.bad('verifier', 'must be 32 bytes in hexadecimal', ''); END IF;
  IF jsonb_typeof(k) IS DISTINCT FROM 'object' OR k ->> 'kind' IS DISTINCT FROM 'argon2id'
     OR COALESCE(k ->> 'salt', '') !~ '^[0-9a-f]{32,}$' OR line.int(k, 'memory', 0) < 19456
     OR line.int(k, 'time', 0) < 2 OR line.int(k, 'lanes', 0) < 1 OR line.int(k, 'length', 0) <> 32 THEN
    PERFORM line.bad('kdf', 'is no Argon2id challenge of sufficient cost', 'Let the program make the verifier.');
  END IF;
  RETURN decode(v, 'hex');
END $$;

-- What somebody reads of an account before deciding about it. Not what its owner changes: else nobody could be shut out
-- who changes a password quickly enough.
CREATE OR REPLACE FUNCTION line.accounts_doc(a line.account) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('name', a.name, 'title', a.title, 'state', a.state, 'disabled', a.disabled,
  'supervisor', a.supervisor,
  'roles', (SELECT COALESCE(jsonb_agg(jsonb_build_array(g.unit, g.role, g.valid_from, g.valid_to)
    ORDER BY g.unit, g.role, g.valid_from), '[]')
    FROM line.role_grant g WHERE g.account = a.id AND line.accounts_live(g)),
  'hands', (SELECT max(h.at) FROM line.account_hand h WHERE h.account = a.id));

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_account_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.account;
BEGIN
  SELECT * INTO a FROM line.account x WHERE x.name = lower(line.need(p, 'name', 63)) FOR UPDATE;
  RETURN CASE WHEN a.id IS NOT NULL THEN line.accounts_doc(a) END;
END $$;

CREATE OR REPLACE FUNCTION line.accounts_summary(a line.account) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', a.id, 'name', a.name, 'title', a.title, 'state', a.state, 'created', line.stamp(a.made),
  'must_change', a.must_change, 'supervisor', line.accounts_name(a.supervisor), 'roles', line.accounts_roles(a.id),
  'revision', line.revision(line.accounts_doc(a)));

-- Whoever makes the account knows its password, so it is good for changing it alone, whoever asks otherwise.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_add(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  called text := lower(line.need(p, 'name', 63));
  checked bytea := line.accounts_verifier(p);
  made line.account;
  granted jsonb;
BEGIN
  IF called !~ '^[a-z0-9][a-z0-9._-]{0,62}$' THEN
    PERFORM line.bad('name', 'may hold small letters, digits, dots, dashes and underscores only',
      'For instance m.okafor.');
  END IF;
  IF EXISTS (SELECT FROM line.account a WHERE a.name = called) THEN
    PERFORM line.conflict(ctx, 'exists', 'An account of that name exists, or existed.',
      'Names are never given twice; take another.');
  END IF;
  IF EXISTS (SELECT FROM line.account a WHERE line.name_skeleton(a.name) = line.name_skeleton(called)) THEN
    PERFORM line.conflict(ctx, 'looks_alike', 'An account exists, or existed, whose name looks the same.',
      'Take a name that nobody can mistake for it.');
  END IF;
  INSERT INTO line.account (name, title, verifier, kdf, must_change)
    VALUES (called, COALESCE(line.text(p, 'title', 200), ''), checked, p -> 'kdf', true) RETURNING * INTO made;
  PERFORM line.hand(made.id, ctx.account, 'made');
  IF line.text(p, 'role') IS NOT NULL THEN
    granted := line.accounts_grant(ctx, p || jsonb_build_object('account', called));
  END IF;
  RETURN jsonb_build_object('id', made.id, 'name', made.name, 'title', made.title, 'purpose', granted ->> 'purpose',
    'proposal', granted ->> 'proposal');
END $$;

CREATE OR REPLACE FUNCTION line.accounts_need(ctx line.context, p jsonb, k text) RETURNS line.account
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE called text := lower(line.need(p, k, 63)); found line.account;
BEGIN
  SELECT * INTO found FROM line.account a WHERE a.name = called FOR UPDATE;
  IF found.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN found;
END $$;

-- A desk of supervisors lists its own unit, an administrator's everybody.
-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_list(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted_unit text := CASE WHEN ctx.purpose_key LIKE '%/admin' OR ctx.kind = 'oversight'
    THEN line.text(p, 'unit') ELSE ctx.unit END;
  wanted_state text := line.text(p, 'state');
BEGIN
  RETURN jsonb_build_object('accounts', (SELECT COALESCE(jsonb_agg(line.accounts_summary(a) ORDER BY a.name), '[]')
    FROM line.account a WHERE (wanted_state IS NULL OR a.state = wanted_state)
      AND (wanted_unit IS NULL OR EXISTS (SELECT FROM line.role_grant g
        WHERE g.account = a.id AND g.unit = wanted_unit AND line.accounts_live(g)))));
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_show(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.account := line.accounts_need(ctx, p, 'name');
BEGIN
  RETURN line.accounts_summary(a) || jsonb_build_object(
    'disabled', line.stamp(a.disabled),
    'sessions', (SELECT count(*) FROM line.session s WHERE s.account = a.id AND s.ended IS NULL
      AND s.expires > clock_timestamp()),
    'cases', (SELECT count(*) FROM line.case_member m WHERE m.account = a.id AND m.valid_to IS NULL
      AND line.cases_capacity(a.id, m.case_id) IS NOT NULL));
END $$;

-- For pickers: who works in the units of whoever asks.
-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_people(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted text := line.text(p, 'unit');
BEGIN
  RETURN jsonb_build_object('people', (SELECT COALESCE(jsonb_agg(jsonb_build_object('name', a.name, 'title', a.title,
      'unit', g.unit, 'roles', g.roles) ORDER BY g.unit, a.name), '[]')
    FROM (SELECT x.account, x.unit, array_agg(DISTINCT x.role ORDER BY x.role) AS roles FROM line.role_grant x
        WHERE line.accounts_live(x) AND (wanted IS NULL OR x.unit = wanted)
          AND x.unit IN (SELECT o.unit FROM line.role_grant o WHERE o.account = ctx.account AND line.accounts_live(o))
        GROUP BY x.account, x.unit) g
    JOIN line.account a ON a.id = g.account AND a.state = 'active'));
END $$;

-- Rule 32: from this moment on no session of the account opens anything. Memberships, tokens and standing orders end
-- too.
CREATE OR REPLACE FUNCTION line.accounts_leave(who uuid, why text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer;
BEGIN
  UPDATE line.account x SET state = 'disabled', disabled = clock_timestamp() WHERE x.id = who;
  n := line.credentials_end(who, why, NULL);
  UPDATE line.role_grant g SET valid_to = clock_timestamp() WHERE g.account = who
    AND (g.valid_to IS NULL OR g.valid_to > clock_timestamp());
  PERFORM line.accounts_unhang(who, 'the account was disabled');
  UPDATE line.inquiry i SET ended = clock_timestamp() WHERE i.account = who AND i.ended IS NULL;
  UPDATE line.glass b SET state = 'ended', ended = clock_timestamp() WHERE b.asker = who
    AND b.state IN ('asked', 'open');
  RETURN n;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_disable(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.account := line.accounts_need(ctx, p, 'name'); why text := line.need(p, 'reason', 2000); n integer;
BEGIN
  IF a.id = ctx.account THEN
    PERFORM line.refuse(ctx, 'self', 'Nobody disables their own account.', 'Another administrator has to do it.');
  END IF;
  IF a.state = 'disabled' THEN PERFORM line.conflict(ctx, 'state', 'The account is disabled already.', ''); END IF;
  PERFORM line.keep_admin(ctx, a.id);
  PERFORM line.accounts_power_ended(ctx, a.id, NULL, NULL);
  n := line.accounts_leave(a.id, why);
  RETURN jsonb_build_object('name', a.name, 'state', 'disabled', 'reason', why, 'sessions_ended', n);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_reset(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.account := line.accounts_need(ctx, p, 'name'); checked bytea := line.accounts_verifier(p);
BEGIN
  IF a.id = ctx.account THEN
    PERFORM line.refuse(ctx, 'self', 'Nobody resets their own password.', 'Change it instead.');
  END IF;
  IF a.state = 'disabled' THEN PERFORM line.conflict(ctx, 'state', 'The account is disabled.', ''); END IF;
  IF line.accounts_federated(a.id) THEN
    PERFORM line.conflict(ctx, 'federated', 'A provider vouches for this account; it has no password here.',
      'Reset it at the provider.'); END IF;
  UPDATE line.account x SET verifier = checked, kdf = p -> 'kdf', must_change = true WHERE x.id = a.id;
  PERFORM line.hand(a.id, ctx.account, 'reset');
  PERFORM line.credentials_end(a.id, 'new password', NULL);
  PERFORM line.account_tell(a.id, 'session', format('%s gave you a new password', ctx.account_name));
  PERFORM line.overseers_tell(format('%s gave %s a new password', ctx.account_name, a.name), ctx.account);
  RETURN jsonb_build_object('name', a.name);
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_challenge(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT a.kdf FROM line.account a WHERE a.id = ctx.account);

-- Whoever holds a session alone can't take the account over: the old password's proof was shown just now. All sessions
-- and tokens end, and the standing orders that were made since the oldest of these sessions was opened.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_password(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE checked bytea := line.accounts_verifier(p); n integer;
  since timestamptz := (SELECT min(s.opened) FROM line.session s WHERE s.account = ctx.account AND s.ended IS NULL);
BEGIN
  PERFORM line.accounts_proved(ctx, p, true);
  UPDATE line.account a SET verifier = checked, kdf = p -> 'kdf', must_change = false WHERE a.id = ctx.account;
  n := line.credentials_end(ctx.account, 'new password', COALESCE(since, clock_timestamp()));
  RETURN jsonb_build_object('account', ctx.account_name, 'sessions_ended', n);
END $$;

-- ------------------------------------------------------------------------------------ units and roles

CREATE OR REPLACE FUNCTION line.accounts_unit(u line.unit) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('name', u.name, 'title', u.title, 'parent', u.parent, 'regime', u.regime, 'contact',
  u.contact, 'state', u.state);

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_units() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(line.accounts_unit(u) ORDER BY u.name), '[]') FROM line.unit u);

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_unit_add(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  called text := lower(line.need(p, 'name', 63)); over text := line.text(p, 'parent', 63);
  kind text := line.text(p, 'regime', 20); made line.unit;
BEGIN
  IF called !~ '^[a-z0-9][a-z0-9-]{0,62}$' THEN
    PERFORM line.bad('name', 'may hold small letters, digits and dashes only', 'For instance fraud.'); END IF;
  IF kind IS NOT NULL AND NOT kind = ANY (ARRAY['criminal', 'civil', 'regulatory', 'oversight']) THEN
    PERFORM line.bad('regime', 'is unknown', 'criminal, civil, regulatory or oversight.'); END IF;
  IF over IS NOT NULL AND NOT EXISTS (SELECT FROM line.unit u WHERE u.name = over) THEN
    PERFORM line.bad('parent', 'no such unit', 'See unit list.'); END IF;
  IF EXISTS (SELECT FROM line.unit u WHERE u.name = called) THEN
    PERFORM line.conflict(ctx, 'exists', 'A unit of that name exists.', 'Take another name.'); END IF;
  INSERT INTO line.unit (name, title, parent, regime, contact) VALUES (called, line.need(p, 'title', 200), over, kind,
    COALESCE(line.text(p, 'contact', 200), '')) RETURNING * INTO made;
  RETURN line.accounts_unit(made);
END $$;

-- The authority that a desk works under: the one named, else the oldest of its unit's regime, else the house rules.
CREATE OR REPLACE FUNCTION line.accounts_desk_authority(in_unit text, wanted_role text, named text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT a.code FROM line.authority a WHERE line.accounts_in_force(a) AND (named IS NULL OR a.code = named)
  ORDER BY (a.regime = CASE WHEN wanted_role = 'overseer' THEN 'oversight'
      ELSE (SELECT u.regime FROM line.unit u WHERE u.name = in_unit) END) DESC NULLS LAST,
    (a.code = 'house-rules') DESC, (a.regime = 'oversight') DESC, a.made, a.code LIMIT 1);

-- May this account have the role? Nobody grants to themselves; whoever oversees does nothing else.
CREATE OR REPLACE FUNCTION line.accounts_grantable(ctx line.context, who line.account, in_unit text,
  wanted text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF who.state <> 'active' THEN PERFORM line.conflict(ctx, 'state', 'The account is disabled.', ''); END IF;
  IF NOT wanted = ANY (ARRAY['agent', 'analyst', 'supervisor', 'steward', 'vetter', 'approver',
    'overseer', 'admin']) THEN
    PERFORM line.bad('role', 'is unknown',
      'agent, analyst, supervisor, steward, vetter, approver, overseer or admin.'); END IF;
  IF NOT EXISTS (SELECT FROM line.unit u WHERE u.name = in_unit AND u.state = 'active') THEN
    PERFORM line.bad('unit', 'no such unit', 'See unit list.'); END IF;
  IF EXISTS (SELECT FROM line.role_grant g WHERE g.account = who.id AND line.accounts_live(g)
      AND (g.role = 'overseer') <> (wanted = 'overseer')) THEN
    PERFORM line.refuse(ctx, 'overseer', 'An overseer holds no other role.',
      'Give the role to somebody else, or make a second account.'); END IF;
  IF line.accounts_holds(who.id, in_unit, wanted) THEN
    PERFORM line.conflict(ctx, 'exists', 'The account holds that role already.', ''); END IF;
END $$;

-- A role in a unit, and the desk that goes with it. A power is proposed, and given when another person accepts it; at
-- once only as long as nobody else could, which is until the installation's first overseer.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_grant(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who line.account := line.accounts_need(ctx, p, 'account');
  in_unit text := line.need(p, 'unit', 63); wanted text := line.need(p, 'role', 20);
  boss text := line.text(p, 'supervisor', 63); boss_id uuid; code text; r line.proposal;
  until date := line.date(p, 'until');
BEGIN
  IF who.id = ctx.account THEN
    PERFORM line.refuse(ctx, 'self', 'Nobody grants a role to themselves.',
      'Another administrator has to do it.'); END IF;
  PERFORM line.accounts_grantable(ctx, who, in_unit, wanted);
  IF boss IS NOT NULL THEN
    boss_id := line.accounts_id(boss);
    IF boss_id IS NULL OR boss_id = who.id THEN
      PERFORM line.bad('supervisor', 'no such account', 'Name another live account.'); END IF;
  END IF;
  code := line.accounts_desk_authority(in_unit, wanted, line.text(p, 'authority', 63));
  IF code IS NULL THEN PERFORM line.bad('authority', 'none is in force for this desk',
    'Add an authority first.'); END IF;
  IF line.is_power(wanted) AND line.accounts_overseen(ctx.account, who.id) THEN
    r := line.propose(ctx, 'power', who.name || ' ' || in_unit || '/' || wanted, who.id, in_unit, '{}',
      jsonb_build_object('account', who.name, 'unit', in_unit,
      'role', wanted, 'supervisor', boss, 'until', until, 'authority', code), line.text(p, 'reason', 2000));
    RETURN jsonb_build_object('account', who.name, 'unit', in_unit, 'role', wanted, 'supervisor', boss, 'purpose',
      NULL, 'proposal', r.number);
  END IF;
  PERFORM line.accounts_give(ctx, who.id, in_unit, wanted, code, until, boss_id, ctx.account, 'account');
  RETURN jsonb_build_object('account', who.name, 'unit', in_unit, 'role', wanted,
    'supervisor', line.accounts_name(COALESCE(boss_id, who.supervisor)), 'purpose', in_unit || '/' ||
      wanted, 'proposal', NULL);
END $$;

-- Was there ever an overseer beside these two? From then on powers take a second person, whatever became of that
-- overseer.
CREATE OR REPLACE FUNCTION line.accounts_overseen(author uuid, subject uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.role_grant g WHERE g.role = 'overseer' AND g.account IS DISTINCT FROM author
  AND g.account IS DISTINCT FROM subject);

CREATE OR REPLACE FUNCTION line.accounts_give(ctx line.context, who uuid, in_unit text, wanted text, code text,
  until date, boss uuid, by_whom uuid,
  of_origin text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE line.account a SET supervisor = COALESCE(boss, a.supervisor) WHERE a.id = who;
  -- One that lapsed is closed first: giving the role again is a decision of its own.
  UPDATE line.role_grant g SET valid_to = GREATEST(g.due, g.valid_from) WHERE g.account = who
    AND g.unit = in_unit AND g.role = wanted
    AND g.valid_to IS NULL;
  INSERT INTO line.role_grant (account, unit, role, valid_to, due)
    VALUES (who, in_unit, wanted, until::timestamptz, line.accounts_next_due());
  PERFORM line.accounts_desk(in_unit, wanted, code);
  PERFORM line.hand(who, by_whom, 'granted');
  IF line.is_power(wanted) THEN
    PERFORM line.tell(ctx, ARRAY(SELECT line.holders('overseer', NULL) UNION SELECT line.holders('supervisor', in_unit)
      UNION SELECT who), 'role',
      format('%s is %s at %s from now on', line.accounts_title(who), wanted, in_unit)); END IF;
END $$;

-- The unit and overseers hear that a power has ended; NULL for all of an account's.
CREATE OR REPLACE FUNCTION line.accounts_power_ended(ctx line.context, who uuid, in_unit text, ended text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.tell(ctx, ARRAY(SELECT h FROM (SELECT line.holders('overseer', NULL) UNION
    SELECT line.holders('supervisor', g.unit)) x (h) WHERE h <> who), 'role',
    format('%s is %s at %s no longer', line.accounts_title(who), g.role, g.unit))
  FROM (SELECT x.unit, x.role FROM line.role_grant x WHERE x.account = who AND line.accounts_live(x) AND in_unit IS NULL
    UNION SELECT in_unit, ended WHERE in_unit IS NOT NULL) g WHERE line.is_power(g.role)
$$;

-- A power that was proposed and accepted; looked at again, since days may lie between.
CREATE OR REPLACE FUNCTION line.register_power(ctx line.context, r line.proposal) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE who line.account;
BEGIN
  SELECT * INTO who FROM line.account a WHERE a.id = r.subject FOR UPDATE;
  PERFORM line.accounts_grantable(ctx, who, r.unit, r.terms ->> 'role');
  PERFORM line.accounts_give(ctx, who.id, r.unit, r.terms ->> 'role', r.terms ->> 'authority',
    (r.terms ->> 'until')::date,
    line.accounts_id(r.terms ->> 'supervisor'), r.author, 'account');
END $$;

-- Rule 32: each quarter somebody else confirms the grant.
CREATE OR REPLACE FUNCTION line.accounts_next_due() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN clock_timestamp() + make_interval(days => line.account_rule('recertify_days', 92));

CREATE OR REPLACE FUNCTION line.accounts_desk(in_unit text, wanted text, code text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.purpose (key, kind, unit, role, authority, title)
  SELECT in_unit || '/' || wanted, CASE wanted WHEN 'overseer' THEN 'oversight' ELSE 'desk' END, in_unit, wanted, code,
    u.title || ': ' || wanted FROM line.unit u WHERE u.name = in_unit
  ON CONFLICT (key) DO UPDATE SET state = 'active'
$$;

-- A grant as it is listed; for a supervisor those that this desk may confirm. Another unit's and none are one answer.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_grant_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE g line.role_grant; in_unit text := line.need(p, 'unit', 63); wanted text := line.need(p, 'role', 20);
who text := lower(line.need(p, 'account', 63));
BEGIN
  PERFORM 1 FROM line.account a WHERE a.name = who FOR UPDATE;
  SELECT * INTO g FROM line.role_grant x WHERE x.account = (SELECT a.id FROM line.account a WHERE a.name = who)
    AND x.unit = in_unit AND x.role = wanted
    AND x.valid_from <= clock_timestamp() AND (x.valid_to IS NULL OR x.valid_to > clock_timestamp())
      ORDER BY x.due DESC LIMIT 1;
  RETURN CASE WHEN g.id IS NOT NULL AND (ctx.purpose_key LIKE '%/admin'
    OR line.accounts_confirms(ctx, g)) THEN to_jsonb(g) END;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_revoke(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who line.account := line.accounts_need(ctx, p, 'account');
  in_unit text := line.need(p, 'unit', 63); wanted text := line.need(p, 'role', 20);
BEGIN
  PERFORM line.need(p, 'reason', 2000);
  IF who.id = ctx.account AND wanted = 'admin' THEN
    PERFORM line.refuse(ctx, 'self', 'Nobody takes the administrator''s role from themselves.',
      'Another administrator has to do it.'); END IF;
  IF wanted = 'admin' THEN PERFORM line.keep_admin(ctx, who.id); END IF;
  UPDATE line.role_grant g SET valid_to = clock_timestamp()
    WHERE g.account = who.id AND g.unit = in_unit AND g.role = wanted AND line.accounts_live(g);
  IF NOT FOUND THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.accounts_power_ended(ctx, who.id, in_unit, wanted);
  RETURN jsonb_build_object('account', who.name, 'unit', in_unit, 'role', wanted, 'ended',
    line.stamp(clock_timestamp()),
    'ended_with_it', line.accounts_unhang(who.id, format('the role %s at %s has ended', wanted, in_unit)));
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_role_list(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wanted text := CASE WHEN ctx.purpose_key LIKE '%/admin' OR ctx.kind = 'oversight'
    THEN line.text(p, 'unit') ELSE ctx.unit END;
  of text := lower(line.text(p, 'account', 63));
BEGIN
  RETURN jsonb_build_object('roles', (SELECT COALESCE(jsonb_agg(jsonb_build_object('account', a.name, 'title', a.title,
      'unit', g.unit, 'role', g.role, 'supervisor', line.accounts_name(a.supervisor), 'from', line.stamp(g.valid_from),
      'to', line.stamp(g.valid_to), 'due', line.stamp(g.due), 'origin', g.origin, 'revision',
        line.revision(to_jsonb(g))) ORDER BY g.unit, g.role, a.name), '[]')
    FROM line.role_grant g JOIN line.account a ON a.id = g.account
    WHERE line.accounts_live(g) AND (wanted IS NULL OR g.unit = wanted) AND (of IS NULL OR a.name = of)));
END $$;

-- ---------------------------------------------------------------------------------------- authorities

-- `code` is taken too, but a parameter of that name is kept in the log as its hash only.
CREATE OR REPLACE FUNCTION line.accounts_code(p jsonb) RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
RETURN lower(COALESCE(line.text(p, 'authority', 63), line.text(p, 'code', 63), line.need(p, 'authority', 63)));

CREATE OR REPLACE FUNCTION line.accounts_authority(a line.authority) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('code', a.code, 'title', a.title, 'regime', a.regime, 'statute', a.statute,
  'processes', a.processes, 'approver_role', a.approver_role, 'valid_from', a.valid_from, 'valid_to', a.valid_to,
  'in_force', line.accounts_in_force(a));

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_authorities() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(line.accounts_authority(a) ORDER BY a.code), '[]') FROM line.authority a
  WHERE a.code <> 'case-born');

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_authority_show(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found line.authority; wanted text := line.accounts_code(p);
BEGIN
  SELECT * INTO found FROM line.authority a WHERE a.code = wanted;
  IF found.code IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN line.accounts_authority(found);
END $$;

-- Who may propose about sight: a desk of the unit or regime that it concerns, or of a unit of no regime.
CREATE OR REPLACE FUNCTION line.register_side(ctx line.context, keeper text, of_regime text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own text := (SELECT u.regime FROM line.unit u WHERE u.name = ctx.unit);
BEGIN
  IF own IS NULL OR ctx.unit = keeper OR own = of_regime THEN RETURN; END IF;
  PERFORM line.refuse(ctx, 'custodian', 'This belongs to another unit''s work.', CASE WHEN keeper IS NOT NULL
    THEN format('A steward of %s proposes it, or one of a unit of no regime.', keeper)
    WHEN of_regime IS NOT NULL
      THEN format('Somebody of a unit of the %s regime proposes it, or of a unit of no regime.', of_regime)
      ELSE 'A steward of a unit of no regime proposes it.' END);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_authority_add(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  called text := line.accounts_code(p); kind text := line.need(p, 'regime', 20);
  from_day date := COALESCE(line.date(p, 'valid_from'), CURRENT_DATE); to_day date := line.date(p, 'valid_to');
  by_role text := COALESCE(line.text(p, 'approver_role', 20), 'supervisor');
BEGIN
  IF called !~ '^[a-z0-9][a-z0-9.-]{0,62}$' THEN
    PERFORM line.bad('authority', 'may hold small letters, digits, dots and dashes only',
      'For instance 18-usc-1343.'); END IF;
  IF NOT kind = ANY (ARRAY['criminal', 'civil', 'regulatory', 'oversight']) THEN
    PERFORM line.bad('regime', 'is unknown', 'criminal, civil, regulatory or oversight.'); END IF;
  IF NOT by_role = ANY (ARRAY['supervisor', 'approver']) THEN
    PERFORM line.bad('approver_role', 'must be supervisor or approver', ''); END IF;
  IF to_day < from_day THEN PERFORM line.bad('valid_to', 'lies before valid_from', ''); END IF;
  IF EXISTS (SELECT FROM line.authority a WHERE a.code = called) THEN
    PERFORM line.conflict(ctx, 'exists', 'An authority of that code exists.',
      'A statute''s regime never changes; take another code, or extend it.'); END IF;
  PERFORM line.register_side(ctx, NULL, kind);
  RETURN line.proposal_json(ctx, line.propose(ctx, 'authority_add', called, NULL, NULL, ARRAY[kind],
    jsonb_build_object('code', called, 'title', line.need(p, 'title', 300), 'regime', kind,
    'statute', line.need(p, 'statute', 300), 'processes', line.texts(p, 'processes', 50), 'approver_role', by_role,
      'valid_from', from_day, 'valid_to', to_day),
    line.text(p, 'reason', 2000)));
END $$;

CREATE OR REPLACE FUNCTION line.register_authority(r line.proposal) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.authority (code, title, regime, statute, processes, approver_role, valid_from, valid_to)
    VALUES (r.terms ->> 'code', r.terms ->> 'title', r.terms ->> 'regime', r.terms ->> 'statute',
      ARRAY(SELECT jsonb_array_elements_text(r.terms -> 'processes')),
      r.terms ->> 'approver_role', GREATEST((r.terms ->> 'valid_from')::date, CASE WHEN r.state = 'notice'
        THEN r.effective::date END), (r.terms ->> 'valid_to')::date)
$$;

CREATE OR REPLACE FUNCTION line.accounts_authority_need(ctx line.context, p jsonb) RETURNS line.authority
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found line.authority; wanted text := line.accounts_code(p);
BEGIN
  SELECT * INTO found FROM line.authority a WHERE a.code = wanted AND a.code <> 'case-born' FOR UPDATE;
  IF found.code IS NULL THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.register_side(ctx, NULL, found.regime);
  RETURN found;
END $$;

-- A later last day, or none; also for one that has run out.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_authority_extend(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.authority := line.accounts_authority_need(ctx, p); last date := line.date(p, 'valid_to');
why text := line.need(p, 'reason', 2000);
BEGIN
  IF a.valid_to IS NULL OR last <= a.valid_to OR last < CURRENT_DATE THEN
    PERFORM line.bad('valid_to', 'is no later day than the one it has',
      'An authority without a last day needs no more time.'); END IF;
  RETURN line.proposal_json(ctx, line.propose(ctx, 'authority_extend', a.code, NULL, NULL, ARRAY[a.regime],
    jsonb_build_object('code', a.code, 'was', a.valid_to, 'valid_to', last), why));
END $$;

CREATE OR REPLACE FUNCTION line.register_authority_until(r line.proposal) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE line.authority a SET valid_to = (r.terms ->> 'valid_to')::date WHERE a.code = r.about $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_authority_disable(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.authority := line.accounts_authority_need(ctx, p); why text := line.need(p, 'reason', 2000);
BEGIN
  IF NOT line.accounts_in_force(a) THEN PERFORM line.conflict(ctx, 'state', 'It is out of force already.', ''); END IF;
  IF a.code = ctx.authority THEN
    PERFORM line.refuse(ctx, 'self', 'Your own desk works under this authority.', 'Act from another desk.'); END IF;
  RETURN line.proposal_json(ctx, line.propose(ctx, 'authority_end', a.code, NULL, NULL, ARRAY[a.regime],
    jsonb_build_object('code', a.code), why));
END $$;

-- Out of force from now on: yesterday is its last day, and every purpose under it stops at its next call. Told to
-- whoever answers for a case or unit that works under it, and to the keepers of sources that came under it.
CREATE OR REPLACE FUNCTION line.register_authority_end(ctx line.context, r line.proposal) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.tell(ctx, ARRAY(
      SELECT line.case_answers(x.case_id) FROM line.purpose x WHERE x.authority = r.about AND x.kind = 'case'
        AND x.state <> 'closed'
      UNION SELECT line.holders('supervisor', x.unit) FROM line.purpose x WHERE x.authority = r.about
      UNION SELECT line.register_keepers(s.custodian_unit) FROM line.source s WHERE s.authority = r.about
        AND s.name <> 'case'), 'proposal',
    format('The authority %s is out of force: what rests on it stops (%s)', r.about, r.number));
  UPDATE line.authority a SET valid_from = LEAST(a.valid_from, CURRENT_DATE - 1), valid_to = CURRENT_DATE - 1
    WHERE a.code = r.about;
END $$;

CREATE OR REPLACE FUNCTION line.register_keepers(keeper text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.holders('steward', keeper) WHERE keeper IS NOT NULL UNION SELECT line.holders('supervisor', keeper)
    WHERE keeper IS NOT NULL $$;
