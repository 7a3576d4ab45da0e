-- Powers and whose hands an account has been through: what every decision by a second person asks first.
-- callers: none

-- Setup lasts until the first row of a source, case or lead is there: until then nothing widens for anybody, so no
-- notice is owed.
CREATE OR REPLACE FUNCTION line.in_setup() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN NOT EXISTS (SELECT FROM content.record) AND NOT EXISTS (SELECT FROM line.case_ref)
  AND NOT EXISTS (SELECT FROM line.lead_ref);

CREATE OR REPLACE FUNCTION line.is_power(role text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN role IN ('supervisor', 'steward', 'approver', 'overseer', 'admin');

CREATE OR REPLACE FUNCTION line.holders(wanted text, in_unit text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT g.account FROM line.role_grant g JOIN line.account a ON a.id = g.account AND a.state = 'active'
  WHERE g.role = wanted AND (in_unit IS NULL OR g.unit = in_unit) AND line.accounts_live(g)
$$;

CREATE OR REPLACE FUNCTION line.tell(ctx line.context, whom uuid[], sort text, said text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.account_tell(w, sort, said) FROM (SELECT DISTINCT unnest(whom) AS w) x WHERE w IS NOT NULL
    AND w IS DISTINCT FROM ctx.account
$$;

-- ------------------------------------------------------------------------------- whose hands an account has been
-- through

CREATE OR REPLACE FUNCTION line.hand(whose uuid, by_whom uuid, how text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.account_hand (account, by, what, setup) SELECT whose, by_whom, how, line.in_setup()
    WHERE by_whom IS NOT NULL $$;

-- Whoever made, empowered or reset this account in the last days, and whoever did so to them: who resets an
-- administrator has every hand of that administrator. `taken`: through a reset alone, which gives whoever did it the
-- account itself. What the first administrator did in setup doesn't count: it is one exception of its own on the
-- overseers' list.
CREATE OR REPLACE FUNCTION line.hands(whose uuid, taken boolean DEFAULT false) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE lately AS (SELECT h.account, h.by, h.what FROM line.account_hand h WHERE NOT h.setup
      AND h.at > clock_timestamp() - make_interval(days => line.account_rule('young_days', 30))),
    all_ AS (SELECT l.by FROM lately l WHERE l.account = whose AND (NOT taken OR l.what = 'reset')
      UNION SELECT l.by FROM all_ a JOIN lately l ON l.account = a.by)
  SELECT COALESCE(array_agg(a.by), '{}') FROM all_ a
$$;

-- Before anybody decides: neither those on the other side nor the decider has been through the other's hands lately.
-- What passes and still looks odd is put before overseers: a decision with a new account, or between two whom one
-- account made. `strict`, for what opens sight or gives powers: nor may both sides have been reset by one hand, which
-- then holds both. Every decision by a second person asks here (four eyes; tests/leak/test_powers.py looks for one that
-- doesn't).
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.decider(ctx line.context, sides uuid[], strict boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  mine uuid[] := line.hands(ctx.account); theirs uuid[];
  others uuid[] := array_remove(array_remove(sides, NULL), ctx.account);
  days integer := line.account_rule('young_days', 30);
BEGIN
  theirs := ARRAY(SELECT DISTINCT h FROM unnest(others) o, unnest(line.hands(o)) h);
  IF mine && others OR ctx.account = ANY (theirs) THEN
    PERFORM line.refuse(ctx, 'hands',
      format('Your account and one of the other side have been through each other''s hands within %s days: made, given '
        'a role, or reset.', days),
      'Somebody else has to decide.'); END IF;
  IF strict AND (line.hands(ctx.account, true) && (theirs || others)
    OR mine && ARRAY(SELECT h FROM unnest(others) o, unnest(line.hands(o, true)) h)) THEN
    PERFORM line.refuse(ctx, 'hands',
      format('Your account and one of the other side have been through the same hands within %s days, and one of them '
        'was reset.', days),
      'Somebody else has to decide.'); END IF;
  IF mine && theirs THEN
    INSERT INTO oversight.decided (account, act, why, sides, hands, entry)
      SELECT ctx.account, ctx.name, 'hands', others, ARRAY(SELECT unnest(mine) INTERSECT
        SELECT unnest(theirs)), ctx.entry
      ON CONFLICT DO NOTHING; END IF;
  IF EXISTS (SELECT FROM line.account_hand h WHERE h.account = ctx.account AND h.what = 'made' AND NOT h.setup
      AND h.at > clock_timestamp() - make_interval(days => days)) THEN
    INSERT INTO oversight.decided (account, act, why, sides, hands, entry)
      VALUES (ctx.account, ctx.name, 'young', others, mine, ctx.entry)
      ON CONFLICT DO NOTHING; END IF;
END $$;

-- The last live administrator can't be disabled or lose the role: two who end each other at once wait here for one
-- another.
CREATE OR REPLACE FUNCTION line.keep_admin(ctx line.context, losing uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM line.state s FOR UPDATE;
  IF NOT line.admin_besides(losing) THEN
    PERFORM line.refuse(ctx, 'last_admin', 'No administrator would be left.',
      'Make another administrator first: role add.'); END IF;
END $$;

CREATE OR REPLACE FUNCTION line.admin_besides(losing uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM line.holders('admin', NULL) h WHERE h = losing)
    OR EXISTS (SELECT FROM line.holders('admin', NULL) h WHERE h <> losing);
END $$;
