-- Accounts that a provider vouches for (OpenID Connect). The provider's signature is checked here, by keys that only
-- the worker can bring (17_signatures.sql), and every claim is read from what was signed: neither the sign-in's
-- password nor the worker's alone makes a session. Further: a request that the database itself began (state, nonce,
-- verifier), one token once, the provider's subject and groups in the entry with the token's hash.
-- callers: none

-- What the worker fetched: a provider of providers.yml and its published keys (RFC 7517). Each change of keys is an
-- entry.
-- callers: worker
CREATE OR REPLACE FUNCTION line.provider_put(of_issuer text, of_client text, claim text, keys jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE changes integer := 0; n integer; kept text[];
BEGIN
  IF jsonb_typeof(keys) IS DISTINCT FROM 'array' OR jsonb_array_length(keys) > 50 THEN
    PERFORM line.bad('keys', 'must be a list of at most 50 keys', ''); END IF;
  INSERT INTO line.provider (issuer, client, groups_claim, fetched)
    VALUES (of_issuer, of_client, claim, clock_timestamp())
    ON CONFLICT (issuer) DO UPDATE SET client = of_client, groups_claim = claim, fetched = clock_timestamp();
  kept := ARRAY(SELECT COALESCE(k ->> 'kid', '') FROM jsonb_array_elements(keys) k);
  DELETE FROM line.provider_key x WHERE x.issuer = of_issuer AND NOT x.kid = ANY (kept);
  GET DIAGNOSTICS changes = ROW_COUNT;
  INSERT INTO line.provider_key AS x (issuer, kid, jwk) SELECT DISTINCT ON (COALESCE(k ->> 'kid', '')) of_issuer,
    COALESCE(k ->> 'kid', ''), k
    FROM jsonb_array_elements(keys) k WHERE k ->> 'kty' IN ('RSA', 'EC') AND octet_length(k::text) < 10000
      ORDER BY COALESCE(k ->> 'kid', '')
    ON CONFLICT (issuer, kid) DO UPDATE SET jwk = EXCLUDED.jwk, seen = clock_timestamp() WHERE x.jwk <> EXCLUDED.jwk;
  GET DIAGNOSTICS n = ROW_COUNT;
  IF changes + n > 0 THEN
    PERFORM line.session_entry(NULL, NULL, 'provider_keys', 'ok', 'keys of a provider changed',
      jsonb_build_object('issuer', of_issuer,
      'keys', (SELECT COALESCE(jsonb_agg(jsonb_build_object('kid', x.kid, 'sha256',
        encode(sha256(convert_to(x.jwk::text, 'UTF8')), 'hex'))), '[]')
        FROM line.provider_key x WHERE x.issuer = of_issuer)));
  END IF;
  RETURN changes + n;
END $$;

-- A provider that providers.yml names no more signs nothing here.
-- callers: worker
CREATE OR REPLACE FUNCTION line.provider_keep(issuers text[]) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer;
BEGIN
  DELETE FROM line.provider_key k WHERE NOT k.issuer = ANY (issuers);
  GET DIAGNOSTICS n = ROW_COUNT;
  DELETE FROM line.provider p WHERE NOT p.issuer = ANY (issuers);
  IF n > 0 THEN PERFORM line.session_entry(NULL, NULL, 'provider_keys', 'ok',
    'keys of providers that are no longer named', jsonb_build_object('gone', n)); END IF;
  RETURN n;
END $$;

-- For the worker: whose keys somebody waits for.
-- callers: worker
CREATE OR REPLACE FUNCTION line.providers_wanted() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.issuer FROM line.provider p WHERE p.wanted > COALESCE(p.fetched, '-infinity');
END;

-- For the web process: is the provider known here, and the key that its token names? If not, the worker is asked for
-- it.
-- callers: login
CREATE OR REPLACE FUNCTION line.federation_ready(of_issuer text, of_kid text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM line.provider_key k WHERE k.issuer = of_issuer AND (of_kid IS NULL OR k.kid = of_kid))
    THEN RETURN true; END IF;
  UPDATE line.provider p SET wanted = clock_timestamp() WHERE p.issuer = of_issuer
    AND (p.wanted IS NULL OR p.wanted <= p.fetched);
  RETURN false;
END $$;

-- NULL: no such provider is known here yet.
-- callers: login
CREATE OR REPLACE FUNCTION line.federation_begin(of_issuer text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE state text := line.new_token(); browser text := line.new_token(); nonce text := line.new_token();
verifier text := line.new_token() || line.new_token();
  of_client text := (SELECT p.client FROM line.provider p WHERE p.issuer = of_issuer);
BEGIN
  IF of_client IS NULL THEN RETURN NULL; END IF;
  DELETE FROM line.federation f WHERE f.made < clock_timestamp() - interval '1 day';
  DELETE FROM line.provider_token t WHERE t.made < clock_timestamp() - interval '7 days';
  INSERT INTO line.federation (state_hash, browser_hash, issuer, client, nonce, verifier)
    VALUES (line.token_hash(state), line.token_hash(browser), of_issuer, of_client, nonce, verifier);
  RETURN jsonb_build_object('state', state, 'browser', browser, 'nonce', nonce, 'verifier', verifier);
END $$;

-- callers: login
CREATE OR REPLACE FUNCTION line.federation_refused(issuer text, why text, more jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.session_entry(NULL, NULL, 'session_open_federated', 'refused', left(why, 500),
    jsonb_build_object('issuer', issuer) || COALESCE(more, '{}'));
END $$;

-- The browser is back with a code: once, within ten minutes, and only the browser that left.
-- callers: login
CREATE OR REPLACE FUNCTION line.federation_take(state text, browser text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f line.federation;
BEGIN
  UPDATE line.federation x SET taken = clock_timestamp(), taken_tx = pg_current_xact_id()
    WHERE x.state_hash = line.token_hash(state) AND x.browser_hash = line.token_hash(browser)
    AND x.taken IS NULL AND x.made > clock_timestamp() - interval '10 minutes' RETURNING * INTO f;
  IF f.state_hash IS NULL THEN
    PERFORM line.federation_refused(NULL, 'state unknown, used, too old, or of another browser', NULL);
    RETURN NULL;
  END IF;
  RETURN jsonb_build_object('issuer', f.issuer, 'client', f.client, 'nonce', f.nonce, 'verifier', f.verifier);
END $$;

-- Roles as the provider's groups give them: what a group no longer gives ends, with the inquiries under its desk; what
-- it newly gives begins (`giving`: not where nobody signed the groups). Nobody gets a role from a mapping of their own,
-- an overseer no other, and what lapsed stays lapsed.
CREATE OR REPLACE FUNCTION line.federation_apply(who uuid, of_issuer text, groups text[], giving boolean
  DEFAULT true) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m line.group_role; g line.role_grant; given text[] := '{}'; taken text[] := '{}'; code text;
BEGIN
  FOR g IN SELECT * FROM line.role_grant x WHERE x.account = who AND x.origin LIKE 'group:%' AND x.valid_to IS NULL
      AND NOT EXISTS (SELECT FROM line.group_role r WHERE r.issuer = of_issuer AND r.ended IS NULL
        AND r.grp = ANY (groups)
        AND r.unit = x.unit AND r.role = x.role) FOR UPDATE LOOP
    -- No provider locks the house: the last administrator stays one until another is there.
    CONTINUE WHEN g.role = 'admin' AND NOT line.admin_besides(who);
    UPDATE line.role_grant x SET valid_to = clock_timestamp() WHERE x.id = g.id;
    taken := taken || (g.unit || '/' || g.role);
  END LOOP;
  FOR m IN SELECT * FROM line.group_role r WHERE giving AND r.issuer = of_issuer AND r.ended IS NULL
    AND r.grp = ANY (groups) AND r.made_by <> who
      AND EXISTS (SELECT FROM line.unit u WHERE u.name = r.unit AND u.state = 'active') ORDER BY r.made LOOP
    CONTINUE WHEN EXISTS (SELECT FROM line.role_grant x WHERE x.account = who AND x.unit = m.unit AND x.role = m.role
      AND x.valid_to IS NULL);
    CONTINUE WHEN EXISTS (SELECT FROM line.role_grant x WHERE x.account = who AND line.accounts_live(x)
      AND (x.role = 'overseer') <> (m.role = 'overseer'));
    code := line.accounts_desk_authority(m.unit, m.role, NULL);
    CONTINUE WHEN code IS NULL;
    INSERT INTO line.role_grant (account, unit, role, origin, due)
      VALUES (who, m.unit, m.role, 'group:' || m.grp, line.accounts_next_due());
    PERFORM line.hand(who, m.made_by, 'granted');
    PERFORM line.accounts_desk(m.unit, m.role, code);
    given := given || (m.unit || '/' || m.role);
  END LOOP;
  -- After what is newly given: whoever changes from one role of the regime to another stays in their cases.
  IF taken <> '{}' THEN PERFORM line.accounts_unhang(who, 'the provider''s groups don''t give ' ||
    array_to_string(taken, ', ') || ' any more'); END IF;
  RETURN jsonb_build_object('given', to_jsonb(given), 'taken', to_jsonb(taken));
END $$;

CREATE OR REPLACE FUNCTION line.federation_groups(claims jsonb, claim text DEFAULT 'groups') RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN CASE jsonb_typeof(claims -> claim) WHEN 'array' THEN
    (SELECT COALESCE(array_agg(left(g #>> '{}', 200)), '{}') FROM jsonb_array_elements(claims -> claim) g
      WHERE jsonb_typeof(g) = 'string') END;

-- What an account of that name may be confused with: letters that differ in the eye no more than a smudge are one (the
-- ASCII part of Unicode's confusables.txt, UTS #39, revision 30: 0 and o, 1 and l, rn and m). Other letters no name
-- here can hold.
CREATE OR REPLACE FUNCTION line.name_skeleton(name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN replace(translate(lower(name), '01', 'ol'), 'rn', 'm');

-- A name for somebody new, from what the provider calls them. Accents are taken off; a name with letters of another
-- alphabet, or longer than a name may be, is refused and never shortened: what is left of it would be somebody else's
-- (ATTACKS F8: a Cyrillic а). None is taken over. {name} or {why}.
CREATE OR REPLACE FUNCTION line.federation_name(claims jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE given text := split_part(COALESCE(NULLIF(claims ->> 'preferred_username', ''), NULLIF(claims ->> 'email', ''),
  claims ->> 'sub'), '@', 1); n text;
BEGIN
  -- The combining marks that NFKD takes off a Latin letter, and nothing else.
  n := regexp_replace(normalize(lower(normalize(given, NFKC)), NFKD), '[\u0300-\u036f]', '', 'g');
  n := btrim(regexp_replace(n, '[ -,/:-@\[-^`{-~]+', '.', 'g'), '._-');
  IF n !~ '^[a-z0-9][a-z0-9._-]{0,62}$' THEN
    RETURN '{"why": "the name there holds letters that a name here can''t hold, or is too long"}'; END IF;
  IF EXISTS (SELECT FROM line.account a WHERE a.name = n) THEN
    RETURN '{"why": "an account of that name exists already"}'; END IF;
  IF EXISTS (SELECT FROM line.account a WHERE line.name_skeleton(a.name) = line.name_skeleton(n)) THEN
    RETURN '{"why": "an account exists whose name looks the same"}'; END IF;
  RETURN jsonb_build_object('name', n);
END $$;

CREATE OR REPLACE FUNCTION line.federation_audience(claims jsonb, of_client text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN COALESCE(CASE jsonb_typeof(claims -> 'aud') WHEN 'array' THEN claims -> 'aud'
  ELSE jsonb_build_array(claims -> 'aud') END ? of_client, false)
  AND COALESCE(claims ->> 'azp', of_client) = of_client;

-- What is wrong with these claims for this request; NULL when nothing is. A minute's difference of clocks is borne.
CREATE OR REPLACE FUNCTION line.federation_fault(f line.federation, claims jsonb, token bytea) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE now_ numeric := extract(epoch FROM clock_timestamp());
BEGIN
  RETURN CASE
    WHEN f.state_hash IS NULL OR f.taken IS NULL OR f.opened IS NOT NULL
      OR f.taken < clock_timestamp() - interval '2 minutes'
      OR f.taken_tx IS NULL OR f.taken_tx = pg_current_xact_id() THEN 'no request of ours'
    WHEN claims IS NULL THEN 'signature'
    WHEN claims ->> 'iss' IS DISTINCT FROM f.issuer THEN 'issuer'
    WHEN NOT line.federation_audience(claims, f.client) THEN 'audience'
    WHEN claims ->> 'nonce' IS DISTINCT FROM f.nonce THEN 'nonce'
    WHEN COALESCE(claims ->> 'sub', '') = '' OR length(claims ->> 'sub') > 255 THEN 'subject'
    WHEN jsonb_typeof(claims -> 'exp') IS DISTINCT FROM 'number'
      OR (claims ->> 'exp')::numeric < now_ - 60 THEN 'expired'
    WHEN jsonb_typeof(claims -> 'iat') IS DISTINCT FROM 'number' OR abs((claims ->> 'iat')::numeric - now_) > 660
      THEN 'issued too long ago, or in the future'
    WHEN EXISTS (SELECT FROM line.provider_token t WHERE t.token_hash = token) THEN 'token used before' END;
END $$;

-- Whose the session becomes: the account of the subject, or a new one when a group that is signed gives a role.
-- {account}, {why}
CREATE OR REPLACE FUNCTION line.federation_account(of_issuer text, claims jsonb, groups text[]) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE who line.account; called jsonb; none constant jsonb := '{"why": "no group of theirs gives a role here"}';
BEGIN
  SELECT a.* INTO who FROM line.identity i JOIN line.account a ON a.id = i.account WHERE i.issuer = of_issuer
    AND i.subject = claims ->> 'sub';
  IF who.id IS NOT NULL THEN RETURN CASE who.state WHEN 'active' THEN jsonb_build_object('account', who.id)
    ELSE '{"why": "account disabled"}' END; END IF;
  IF groups IS NULL THEN RETURN '{"why": "the token names no groups"}'; END IF;
  IF NOT EXISTS (SELECT FROM line.group_role r WHERE r.issuer = of_issuer AND r.ended IS NULL AND r.grp = ANY (groups))
    THEN RETURN none; END IF;
  called := line.federation_name(claims);
  IF called ? 'why' THEN RETURN called; END IF;
  -- Nobody knows a password of it: its verifier is the hash of nothing that was ever a proof.
  INSERT INTO line.account (name, title, verifier, kdf)
    VALUES (called ->> 'name',
    left(regexp_replace(COALESCE(claims ->> 'name', ''),
    '[\u0001-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]', '', 'g'), 200), line.random32(),
    line.login_challenge(called ->> 'name')) RETURNING * INTO who;
  INSERT INTO line.identity (account, issuer, subject) VALUES (who.id, of_issuer, claims ->> 'sub');
  RETURN jsonb_build_object('account', who.id, 'account_made', true);
END $$;

-- `token` is the provider's ID token as it came. Groups count as far as they stand in it: absent isn't none, so a token
-- without them changes no role.
-- callers: login
CREATE OR REPLACE FUNCTION line.session_open_federated(state text, token text, client text, device text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  f line.federation; why text; found jsonb; who line.account; groups text[]; claims jsonb; made jsonb; trace jsonb;
  hashed bytea := line.token_hash(COALESCE(token, ''));
BEGIN
  SELECT * INTO f FROM line.federation x WHERE x.state_hash = line.token_hash(state) FOR UPDATE;
  claims := line.token_claims(f.issuer, token);
  groups := line.federation_groups(claims, (SELECT p.groups_claim FROM line.provider p WHERE p.issuer = f.issuer));
  why := line.federation_fault(f, claims, hashed);
  trace := jsonb_build_object('issuer', f.issuer, 'subject', left(claims ->> 'sub', 255), 'jti',
    left(claims ->> 'jti', 255),
    'token_sha256', encode(hashed, 'hex'), 'groups', to_jsonb(groups));
  IF why IS NOT NULL THEN
    PERFORM line.federation_refused(f.issuer, why, trace);
    RETURN jsonb_build_object('ok', false, 'why', why);
  END IF;
  UPDATE line.federation x SET opened = clock_timestamp() WHERE x.state_hash = f.state_hash;
  INSERT INTO line.provider_token (token_hash) VALUES (hashed);
  found := line.federation_account(f.issuer, claims, groups);
  why := found ->> 'why';
  SELECT * INTO who FROM line.account a WHERE a.id = (found ->> 'account')::uuid;
  trace := trace || (found - 'account' - 'why');
  IF why IS NULL THEN
    IF groups IS NOT NULL
      THEN trace := trace || jsonb_build_object('roles', line.federation_apply(who.id, f.issuer, groups)); END IF;
    IF NOT EXISTS (SELECT FROM line.role_grant g WHERE g.account = who.id AND line.accounts_live(g))
      THEN why := 'no group of theirs gives a role here'; END IF;
  END IF;
  IF why IS NOT NULL THEN
    PERFORM line.federation_refused(f.issuer, why, trace || jsonb_build_object('account_id', who.id));
    RETURN jsonb_build_object('ok', false, 'why', why);
  END IF;
  made := line.session_make(who, client, device);
  UPDATE line.session s SET issuer = f.issuer, subject = claims ->> 'sub', provider_session =
    left(claims ->> 'sid', 255),
    recheck_by = clock_timestamp() + interval '15 minutes' WHERE s.id = (made ->> 'session')::uuid;
  UPDATE line.identity i SET checked = clock_timestamp() WHERE i.account = who.id;
  made := made || line.second_asked((made ->> 'session')::uuid, who,
    CASE jsonb_typeof(claims -> 'amr') WHEN 'array' THEN claims -> 'amr' ELSE '[]'
      END ?| ARRAY['mfa', 'otp', 'hwk', 'sc']);
  PERFORM line.session_entry(who.id, who.name, 'session_open_federated', 'ok', '', trace);
  RETURN made;
END $$;

-- The provider was asked again. alive: it still knows the account; the session lives another quarter of an hour. Groups
-- of a fresh token that it signed are followed; those that the web process merely heard of (`groups`) can take roles
-- and give none. Not alive: every session of the account from there ends. A deadline that has passed isn't lifted:
-- whoever let it pass signs in anew.
-- callers: login
CREATE OR REPLACE FUNCTION line.session_recheck(wanted uuid, alive boolean, token text, groups jsonb,
  proof text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s line.session; called text; changed jsonb := '{}'; n integer := 0; claims jsonb; p line.provider;
signed boolean; given text[];
BEGIN
  SELECT * INTO s FROM line.session x WHERE x.id = wanted AND x.issuer IS NOT NULL AND x.ended IS NULL FOR UPDATE;
  IF s.id IS NULL OR s.recheck_by <= clock_timestamp() THEN RETURN false; END IF;
  SELECT a.name INTO called FROM line.account a WHERE a.id = s.account;
  IF alive THEN
    SELECT * INTO p FROM line.provider x WHERE x.issuer = s.issuer;
    claims := line.token_claims(s.issuer, token);
    -- A token of before would give roles that it gave then: only one of the last minutes counts.
    signed := COALESCE(claims ->> 'iss' = s.issuer AND claims ->> 'sub' = s.subject
      AND line.federation_audience(claims, p.client)
      AND jsonb_typeof(claims -> 'iat') = 'number'
        AND abs((claims ->> 'iat')::numeric - extract(epoch FROM clock_timestamp())) < 660, false);
    given := CASE WHEN signed THEN line.federation_groups(claims, p.groups_claim) END;
    IF given IS NOT NULL THEN changed := line.federation_apply(s.account, s.issuer, given);
    ELSIF groups IS NOT NULL THEN
      changed := line.federation_apply(s.account, s.issuer,
        line.federation_groups(jsonb_build_object('groups', groups)), false);
    END IF;
    UPDATE line.session x SET recheck_by = clock_timestamp() + interval '15 minutes' WHERE x.id = s.id;
    UPDATE line.identity i SET checked = clock_timestamp() WHERE i.account = s.account;
  ELSE
    UPDATE line.session x SET ended = clock_timestamp(), why_ended = 'the provider refuses the account'
      WHERE x.issuer = s.issuer AND x.subject = s.subject AND x.ended IS NULL;
    GET DIAGNOSTICS n = ROW_COUNT;
  END IF;
  PERFORM line.session_entry(s.account, called, 'session_recheck', CASE WHEN alive THEN 'ok' ELSE 'ended' END, CASE
    WHEN alive THEN '' ELSE 'the provider refuses the account' END,
    jsonb_build_object('issuer', s.issuer, 'subject', s.subject, 'proof_sha256', left(proof, 64), 'signed', signed,
      'roles', changed, 'sessions_ended', n));
  RETURN alive;
END $$;

-- Back-channel logout: the provider says, and signs, that the subject, or one session of theirs, is over. Each such
-- token serves once.
-- callers: login
CREATE OR REPLACE FUNCTION line.session_end_federated(of_issuer text, token text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer; account uuid; claims jsonb := line.token_claims(of_issuer, token); now_ numeric := extract(epoch
  FROM clock_timestamp());
  proof bytea := line.token_hash(COALESCE(token, '')); of_subject text := claims ->> 'sub';
  sid text := claims ->> 'sid'; why text;
BEGIN
  why := CASE WHEN claims IS NULL OR claims ->> 'iss' IS DISTINCT FROM of_issuer
      OR NOT line.federation_audience(claims, (SELECT p.client FROM line.provider p
        WHERE p.issuer = of_issuer)) THEN 'signature'
    WHEN claims ? 'nonce' OR NOT COALESCE(claims -> 'events' ? 'http://schemas.openid.net/event/backchannel-logout',
      false) THEN 'no logout token'
    WHEN jsonb_typeof(claims -> 'iat') IS DISTINCT FROM 'number'
      OR abs((claims ->> 'iat')::numeric - now_) > 660 THEN 'time'
    WHEN of_subject IS NULL AND sid IS NULL THEN 'subject' END;
  IF why IS NULL THEN
    INSERT INTO line.provider_token (token_hash) VALUES (proof) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN why := 'token used before'; END IF;
  END IF;
  IF why IS NOT NULL THEN
    PERFORM line.session_entry(NULL, NULL, 'session_end_federated', 'refused', why, jsonb_build_object('issuer',
      of_issuer, 'token_sha256', encode(proof, 'hex')));
    RETURN -1;
  END IF;
  SELECT i.account INTO account FROM line.identity i WHERE i.issuer = of_issuer AND i.subject = of_subject;
  UPDATE line.session x SET ended = clock_timestamp(), why_ended = 'signed out at the provider'
    WHERE x.issuer = of_issuer AND x.ended IS NULL
    AND (of_subject IS NULL OR x.subject = of_subject) AND (sid IS NULL OR x.provider_session = sid);
  GET DIAGNOSTICS n = ROW_COUNT;
  PERFORM line.session_entry(account, line.accounts_name(account), 'session_end_federated', 'ok',
    'signed out at the provider',
    jsonb_build_object('issuer', of_issuer, 'subject', of_subject, 'sid', sid, 'token_sha256',
      encode(proof, 'hex'), 'sessions_ended', n));
  RETURN n;
END $$;

-- ------------------------------------------------------------------------------- an administrator's part

CREATE OR REPLACE FUNCTION line.accounts_group(r line.group_role) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', r.id, 'issuer', r.issuer, 'group', r.grp, 'unit', r.unit, 'role', r.role, 'made_by',
  line.accounts_name(r.made_by),
  'made', line.stamp(r.made), 'ended', line.stamp(r.ended));

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_group_add(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE from_issuer text := line.need(p, 'issuer', 300); called text := line.need(p, 'group', 200);
in_unit text := line.need(p, 'unit', 63);
  wanted text := line.need(p, 'role', 20); made line.group_role;
BEGIN
  IF from_issuer !~ '^https?://' THEN
    PERFORM line.bad('issuer', 'is no address', 'Copy it from the provider: https://…'); END IF;
  IF NOT wanted = ANY (ARRAY['agent', 'analyst', 'supervisor', 'steward', 'vetter', 'approver',
    'overseer', 'admin']) THEN
    PERFORM line.bad('role', 'is unknown',
      'agent, analyst, supervisor, steward, vetter, approver, overseer or admin.'); END IF;
  IF NOT EXISTS (SELECT FROM line.unit u WHERE u.name = in_unit AND u.state = 'active') THEN
    PERFORM line.bad('unit', 'no such unit', 'See unit list.'); END IF;
  IF EXISTS (SELECT FROM line.group_role r WHERE r.issuer = from_issuer AND r.grp = called AND r.unit = in_unit
    AND r.role = wanted AND r.ended IS NULL) THEN
    PERFORM line.conflict(ctx, 'exists', 'The group gives that role already.', ''); END IF;
  -- A group that gives a power is one: it takes a second person as the power itself does.
  IF line.is_power(wanted) AND line.accounts_overseen(ctx.account, NULL) THEN
    RETURN jsonb_build_object('issuer', from_issuer, 'group', called, 'unit', in_unit, 'role', wanted, 'made_by',
      ctx.account_name, 'proposal', (line.propose(ctx, 'group',
      left(called || ' ' || in_unit || '/' || wanted, 300), NULL, in_unit, '{}', jsonb_build_object('issuer',
        from_issuer, 'group', called, 'unit', in_unit, 'role', wanted), line.text(p, 'reason', 2000))).number);
  END IF;
  INSERT INTO line.group_role (issuer, grp, unit, role, made_by)
    VALUES (from_issuer, called, in_unit, wanted, ctx.account) RETURNING * INTO made;
  RETURN line.accounts_group(made);
END $$;

CREATE OR REPLACE FUNCTION line.register_group(r line.proposal) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.group_role (issuer, grp, unit, role, made_by)
    VALUES (r.terms ->> 'issuer', r.terms ->> 'group', r.unit, r.terms ->> 'role', r.author) $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_groups() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('groups', COALESCE(jsonb_agg(line.accounts_group(r)
  ORDER BY r.issuer, r.grp, r.unit, r.role), '[]'))
  FROM line.group_role r WHERE r.ended IS NULL);

-- What the group alone gave ends with it, for everybody, now.
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_group_end(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted uuid := line.uuid(p, 'id'); r line.group_role; n integer := 0; lost uuid;
BEGIN
  UPDATE line.group_role x SET ended = clock_timestamp() WHERE x.id = wanted AND x.ended IS NULL RETURNING * INTO r;
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  FOR lost IN UPDATE line.role_grant g SET valid_to = clock_timestamp() FROM line.identity i WHERE i.account = g.account
    AND i.issuer = r.issuer
      AND g.origin = 'group:' || r.grp AND g.unit = r.unit AND g.role = r.role AND g.valid_to IS NULL
        RETURNING g.account LOOP
    PERFORM line.accounts_unhang(lost, format('the group %s doesn''t give %s at %s any more', r.grp, r.role, r.unit));
    n := n + 1;
  END LOOP;
  RETURN line.accounts_group(r) || jsonb_build_object('roles_ended', n);
END $$;

-- The provider's list of accounts, from a file: whoever isn't active there any more leaves here, now. `complete`:
-- whoever isn't in the list at all is a leaver too. Nobody ends their own account by it; many at once, another decides
-- (45_leavers.sql).
-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_sync(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  from_issuer text := line.need(p, 'issuer', 300); whole boolean := line.bool(p, 'complete', false);
  listed jsonb := p -> 'users';
  i record; u jsonb; leavers uuid[] := '{}'; changed jsonb; moved jsonb := '[]'; seen integer := 0; known integer := 0;
BEGIN
  IF jsonb_typeof(listed) IS DISTINCT FROM 'array' OR EXISTS (SELECT FROM jsonb_array_elements(listed) e
    WHERE jsonb_typeof(e) <> 'object'
      OR COALESCE(e ->> 'subject', '') = '' OR jsonb_typeof(e -> 'active') IS DISTINCT FROM 'boolean') THEN
    PERFORM line.bad('users', 'must be a list of {subject, active, groups}',
      'One object for each account of the provider.'); END IF;
  IF whole AND jsonb_array_length(listed) = 0 THEN
    PERFORM line.bad('users', 'is empty', 'An empty list would end every account; leave complete out.'); END IF;
  FOR i IN SELECT x.account, x.subject, a.name FROM line.identity x JOIN line.account a
    ON a.id = x.account AND a.state = 'active'
      WHERE x.issuer = from_issuer ORDER BY a.name LOOP
    SELECT e INTO u FROM jsonb_array_elements(listed) e WHERE e ->> 'subject' = i.subject LIMIT 1;
    known := known + 1;
    IF u IS NOT NULL THEN seen := seen + 1; END IF;
    IF (u IS NULL AND whole OR NOT COALESCE((u ->> 'active')::boolean, true)) AND i.account <> ctx.account THEN
      leavers := leavers || i.account;
    ELSIF u IS NOT NULL AND jsonb_typeof(u -> 'groups') = 'array' THEN
      changed := line.federation_apply(i.account, from_issuer, line.federation_groups(u));
      IF changed <> '{"given": [], "taken": []}'
        THEN moved := moved || jsonb_build_array(changed || jsonb_build_object('account', i.name)); END IF;
    END IF;
  END LOOP;
  RETURN jsonb_build_object('issuer', from_issuer, 'listed', jsonb_array_length(listed), 'known',
    seen, 'changed', moved)
    || line.accounts_leave_all(ctx, from_issuer, leavers, known);
END $$;
