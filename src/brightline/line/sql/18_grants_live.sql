-- Which grant of a role holds at this moment, and what a broken glass opens. Everything that asks for a role asks here.
-- callers: none

-- A number or list of the rulebook's part on accounts.
CREATE OR REPLACE FUNCTION line.account_rule(name text, fallback integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE((s.rulebook #>> ARRAY['accounts', name])::integer, fallback) FROM line.state s);

CREATE OR REPLACE FUNCTION line.account_words(name text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT ARRAY(SELECT jsonb_array_elements_text(COALESCE(s.rulebook #> ARRAY['accounts', name],
  '[]'))) FROM line.state s);

-- An administrator's grant that nobody is left to confirm: it goes on, overdue for all to see, rather than lock
-- everybody out.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.accounts_last_admin(g line.role_grant) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN g.role = 'admin' AND NOT EXISTS (SELECT FROM line.role_grant o JOIN line.account a
  ON a.id = o.account AND a.state = 'active'
  WHERE o.role = 'admin' AND o.account <> g.account AND o.valid_from <= clock_timestamp() AND o.due > clock_timestamp()
    AND (o.valid_to IS NULL OR o.valid_to > clock_timestamp()));

-- Rule 32: a grant that nobody confirmed by its day gives nothing from then on.
-- Becomes part of what asks, which a function that promises to be stable can't while it asks for the time.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.accounts_live(g line.role_grant) RETURNS boolean
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN g.valid_from <= clock_timestamp() AND (g.valid_to IS NULL OR g.valid_to > clock_timestamp())
  AND CASE WHEN g.due > clock_timestamp() THEN true ELSE line.accounts_last_admin(g) END;

-- What is sealed or protected no glass opens: a case that has a clearance for it, in its purposes or by order.
CREATE OR REPLACE FUNCTION line.glass_barred(of_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.purpose p WHERE p.case_id = of_case
    AND (p.clearances && ARRAY['sealed', 'covert', 'protected', 'oversight', 'grand-jury'] OR p.state = 'closed'))
  OR EXISTS (SELECT FROM line.clearance c WHERE c.case_id = of_case AND c.state = 'approved'
    AND c.expires >= CURRENT_DATE
    AND c.caveat = ANY (ARRAY['sealed', 'covert', 'protected', 'oversight', 'grand-jury']));

-- Whoever broke the glass reads the case until the hour that stands in the row, never later; and only as long as they
-- work in the case's regime.
CREATE OR REPLACE FUNCTION line.glass_opens(who uuid, p line.purpose) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.glass b JOIN line.unit u ON u.name = b.unit JOIN line.authority a
  ON a.code = p.authority AND a.regime = u.regime
    JOIN line.role_grant g ON g.account = who AND g.unit = b.unit AND line.accounts_live(g)
  WHERE b.asker = who AND b.case_id = p.case_id AND b.state = 'open' AND b.expires > clock_timestamp())
  AND NOT line.glass_barred(p.case_id);

-- Members work in the case's regime already: a case isn't a way around a crossing.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_eligible(who uuid, in_unit text, of_regime text, wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.role_grant g JOIN line.unit u ON u.name = g.unit
  WHERE g.account = who AND line.accounts_live(g)
    AND CASE WHEN wanted = 'supervisor' THEN g.role = 'supervisor' AND g.unit = in_unit
      ELSE g.role IN ('agent', 'analyst', 'supervisor') AND (g.unit = in_unit OR u.regime = of_regime) END);

-- The regime of a case: that of its purposes, and of a draft that under which it was opened.
CREATE OR REPLACE FUNCTION line.case_regime(of_case uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE((SELECT a.regime FROM line.purpose p JOIN line.authority a ON a.code = p.authority
  WHERE p.case_id = of_case LIMIT 1),
  (SELECT r.regime FROM line.case_ref r WHERE r.case_id = of_case));

-- Who belongs to a case at this moment, as what. Everything that asks for members asks here, or writes it out: a
-- membership whose account works in neither unit nor regime any more gives nothing, whether or not it was ended.
CREATE OR REPLACE FUNCTION line.case_members_now(of_case uuid) RETURNS TABLE (account uuid, capacity text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.account, m.capacity FROM line.case_member m JOIN line.case_ref r ON r.case_id = m.case_id
  WHERE m.case_id = of_case AND m.valid_to IS NULL
    AND line.cases_eligible(m.account, r.unit, line.case_regime(of_case), m.capacity)
$$;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_capacity(who uuid, of_case uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT m.capacity FROM line.case_member m JOIN line.case_ref r ON r.case_id = m.case_id
  WHERE m.case_id = of_case AND m.account = who AND m.valid_to IS NULL
    AND line.cases_eligible(who, r.unit, line.case_regime(of_case), m.capacity));

-- Whoever answers for a case now; where nobody does, the supervisors of its unit.
CREATE OR REPLACE FUNCTION line.case_answers(of_case uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH own AS (SELECT m.account FROM line.case_members_now(of_case) m WHERE m.capacity IN ('lead', 'supervisor'))
  SELECT account FROM own
  UNION SELECT g.account FROM line.case_ref r JOIN line.role_grant g ON g.unit = r.unit AND g.role = 'supervisor'
    AND line.accounts_live(g)
    WHERE r.case_id = of_case AND NOT EXISTS (SELECT FROM own)
$$;

