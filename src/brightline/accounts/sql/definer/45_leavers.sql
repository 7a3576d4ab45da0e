-- Who leaves by a provider's list, and who comes back. A list that was cut short ends nobody unasked.
-- callers: none

-- Whether somebody else would still be an administrator without these accounts.
CREATE OR REPLACE FUNCTION line.accounts_governed(without uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.role_grant g JOIN line.account a ON a.id = g.account AND a.state = 'active'
  WHERE g.role = 'admin' AND line.accounts_live(g) AND NOT g.account = ANY (without));

CREATE OR REPLACE FUNCTION line.accounts_leaving(ctx line.context, l line.leaving) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', l.id, 'issuer', l.issuer, 'known', l.known, 'state', l.state, 'asked_by',
  line.accounts_name(l.asked_by),
  'asked', line.stamp(l.asked), 'decided_by', line.accounts_name(l.decided_by), 'decided',
    line.stamp(l.decided), 'reason', l.reason,
  'mine', l.asked_by = ctx.account, 'revision', line.revision(to_jsonb(l)),
  'accounts', (SELECT COALESCE(jsonb_agg(a.name ORDER BY a.name), '[]') FROM line.account a
    WHERE a.id = ANY (l.accounts)));

-- More than the rulebook's share of a provider's accounts (three at least), or the last administrator: another decides.
CREATE OR REPLACE FUNCTION line.accounts_leave_all(ctx line.context, from_issuer text, leavers uuid[],
  known integer) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer := 0; who uuid; l line.leaving; many boolean; lead text;
BEGIN
  IF cardinality(leavers) = 0 THEN RETURN '{"left": [], "sessions_ended": 0}'; END IF;
  PERFORM 1 FROM line.state s FOR UPDATE;
  many := cardinality(leavers) >= 3
    AND cardinality(leavers) * 100 > LEAST(line.account_rule('leavers_percent', 10), 50) * known;
  IF many OR NOT line.accounts_governed(leavers) THEN
    SELECT * INTO l FROM line.leaving x WHERE x.issuer = from_issuer AND x.state = 'asked' AND x.accounts = leavers;
    IF l.id IS NULL THEN
      INSERT INTO line.leaving (issuer, accounts, known, asked_by)
        VALUES (from_issuer, leavers, known, ctx.account) RETURNING * INTO l;
      PERFORM line.account_tell(g.account, 'role',
        format('%s of %s accounts would end by a list of %s: another administrator or an overseer decides',
        cardinality(leavers), known, from_issuer)) FROM (SELECT DISTINCT x.account FROM line.role_grant x
          WHERE x.role IN ('admin', 'overseer') AND x.account <> ctx.account AND line.accounts_live(x)) g;
    END IF;
    RETURN jsonb_build_object('left', '[]'::jsonb, 'sessions_ended', 0, 'waits', line.accounts_leaving(ctx, l));
  END IF;
  FOREACH who IN ARRAY leavers LOOP n := n + line.accounts_leave(who, 'left at the provider'); END LOOP;
  RETURN jsonb_build_object('sessions_ended', n, 'left', (SELECT jsonb_agg(a.name ORDER BY a.name) FROM line.account a
    WHERE a.id = ANY (leavers)));
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_leavers(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('leavers', COALESCE(jsonb_agg(line.accounts_leaving(ctx, l) ORDER BY l.asked DESC),
  '[]')) FROM line.leaving l);

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_leavers_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE l line.leaving; wanted uuid := line.uuid(p, 'leavers');
BEGIN
  -- In the order in which the decision itself takes them.
  PERFORM 1 FROM line.state s FOR UPDATE;
  SELECT * INTO l FROM line.leaving x WHERE x.id = wanted FOR UPDATE;
  RETURN CASE WHEN l.id IS NOT NULL THEN to_jsonb(l) END;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_leavers_decide(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted uuid := line.uuid(p, 'leavers'); yes boolean := line.bool(p, 'approve', true);
why text := line.need(p, 'reason', 2000);
  l line.leaving; who uuid; n integer := 0; gone text[] := '{}';
BEGIN
  PERFORM 1 FROM line.state s FOR UPDATE;
  SELECT * INTO l FROM line.leaving x WHERE x.id = wanted FOR UPDATE;
  IF l.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF l.state <> 'asked' THEN PERFORM line.conflict(ctx, 'state', 'It was decided already.', ''); END IF;
  IF l.asked_by = ctx.account THEN
    PERFORM line.refuse(ctx, 'self', 'Whoever brought the list doesn''t decide on it.',
      'Another administrator or an overseer has to do it.'); END IF;
  PERFORM line.decider(ctx, ARRAY[l.asked_by]);
  IF ctx.account = ANY (l.accounts) THEN PERFORM line.refuse(ctx, 'self', 'Your own account is among them.',
    'Somebody else has to decide.'); END IF;
  IF yes AND l.asked < clock_timestamp() - interval '7 days' THEN
    PERFORM line.conflict(ctx, 'old', 'The list is older than seven days.', 'Bring a new one: account sync.'); END IF;
  IF yes AND NOT line.accounts_governed(l.accounts) THEN
    PERFORM line.refuse(ctx, 'last_admin', 'No administrator would be left.',
      'Make another administrator first.'); END IF;
  UPDATE line.leaving x SET state = CASE WHEN yes THEN 'done' ELSE 'refused'
    END, decided_by = ctx.account, decided = clock_timestamp(), reason = why
    WHERE x.id = l.id RETURNING * INTO l;
  IF yes THEN
    FOR who IN SELECT a.id FROM line.account a WHERE a.id = ANY (l.accounts) AND a.state = 'active' ORDER BY a.name LOOP
      n := n + line.accounts_leave(who, 'left at the provider');
      gone := gone || line.accounts_name(who);
    END LOOP;
  END IF;
  RETURN line.accounts_leaving(ctx, l) || jsonb_build_object('left', to_jsonb(gone), 'sessions_ended', n);
END $$;

-- The way back: the account lives again, without a role and with a password that must be changed (none where a provider
-- vouches). What it held is told, to be given again by the acts that give it.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_enable(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE a line.account := line.accounts_need(ctx, p, 'name'); why text := line.need(p, 'reason', 2000);
checked bytea := line.accounts_verifier(p);
  outside boolean := line.accounts_federated(a.id); then_ jsonb;
BEGIN
  IF a.id = ctx.account OR a.state = 'active' THEN
    PERFORM line.conflict(ctx, 'state', 'The account is active.', ''); END IF;
  then_ := (SELECT COALESCE(jsonb_agg(DISTINCT g.unit || '/' || g.role), '[]') FROM line.role_grant g
    WHERE g.account = a.id AND g.valid_to BETWEEN a.disabled - interval '1 second'
      AND a.disabled + interval '1 minute');
  UPDATE line.account x SET state = 'active', disabled = NULL, must_change = NOT outside,
    known_since = clock_timestamp(),
    verifier = CASE WHEN outside THEN line.random32() ELSE checked END, kdf = CASE WHEN outside THEN x.kdf
      ELSE p -> 'kdf' END WHERE x.id = a.id;
  PERFORM line.hand(a.id, ctx.account, 'reset');
  PERFORM line.account_tell(a.id, 'session', format('%s enabled your account again', ctx.account_name));
  PERFORM line.overseers_tell(format('%s enabled the account %s again: %s', ctx.account_name, a.name,
    left(why, 200)), ctx.account);
  RETURN jsonb_build_object('name', a.name, 'state', 'active', 'federated', outside, 'roles_then', then_);
END $$;

-- What hung on a role that has ended, ends with it: memberships, searches for leads, inquiries, standing orders, tokens
-- and broken glasses of whoever isn't entitled any more. Whoever answers for a case hears that it has lost a member.
-- Answers how many of each.
CREATE OR REPLACE FUNCTION line.accounts_unhang(who uuid, why text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m record; told bigint := 0; orders bigint; tokens bigint;
called text := (SELECT COALESCE(NULLIF(a.title, ''), a.name) FROM line.account a WHERE a.id = who);
BEGIN
  FOR m IN SELECT x.case_id, f.number, x.capacity FROM line.case_member x JOIN line.case_ref r ON r.case_id = x.case_id
      LEFT JOIN cases.case_file f ON f.id = x.case_id
      WHERE x.account = who AND x.valid_to IS NULL AND line.cases_capacity(who, x.case_id) IS NULL LOOP
    UPDATE line.case_member x SET valid_to = clock_timestamp() WHERE x.account = who AND x.case_id = m.case_id
      AND x.valid_to IS NULL;
    UPDATE line.case_ref r SET supervisor = NULL WHERE r.case_id = m.case_id AND r.supervisor = who;
    UPDATE cases.case_file f SET supervisor = NULL WHERE f.id = m.case_id AND f.supervisor = who;
    PERFORM line.account_tell(a, 'role', format('%s is no %s of %s any more: %s', called, m.capacity,
        COALESCE(m.number, 'a case of yours'), why)) FROM line.case_answers(m.case_id) a WHERE a <> who;
    told := told + 1;
  END LOOP;
  UPDATE line.lead_worker w SET valid_to = clock_timestamp() FROM line.lead_ref l
    WHERE w.account = who AND w.valid_to IS NULL
    AND l.lead = w.lead AND NOT line.accounts_holds(who, l.unit, 'vetter');
  UPDATE line.inquiry i SET ended = clock_timestamp() FROM line.purpose p WHERE i.account = who
    AND i.ended IS NULL AND p.id = i.purpose
    AND NOT line.entitled(who, p);
  UPDATE line.standing_order o SET ended = clock_timestamp() FROM line.purpose p WHERE o.account = who
    AND o.ended IS NULL AND p.id = o.purpose
    AND NOT line.entitled(who, p);
  GET DIAGNOSTICS orders = ROW_COUNT;
  UPDATE line.service_token t SET ended = clock_timestamp() FROM line.purpose p WHERE t.account = who
    AND t.ended IS NULL AND p.id = t.purpose
    AND NOT line.entitled(who, p);
  GET DIAGNOSTICS tokens = ROW_COUNT;
  UPDATE line.glass b SET state = 'ended', ended = clock_timestamp() WHERE b.asker = who
    AND b.state IN ('asked', 'open')
    AND NOT EXISTS (SELECT FROM line.role_grant g WHERE g.account = who AND g.unit = b.unit AND line.accounts_live(g));
  RETURN jsonb_build_object('cases', told, 'orders', orders, 'tokens', tokens);
END $$;
