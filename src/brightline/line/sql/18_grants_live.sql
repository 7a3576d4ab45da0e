-- Which grant of a role holds at this moment, and what a broken glass opens. Everything that asks for a role asks here.

-- A number or list of the rulebook's part on accounts.
CREATE OR REPLACE FUNCTION line.account_rule(name text, fallback integer) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE((s.rulebook #>> ARRAY['accounts', name])::integer, fallback) FROM line.state s);
ALTER FUNCTION line.account_rule(text, integer) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.account_words(name text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT ARRAY(SELECT jsonb_array_elements_text(COALESCE(s.rulebook #> ARRAY['accounts', name], '[]'))) FROM line.state s);
ALTER FUNCTION line.account_words(text) OWNER TO brightline_line;

-- An administrator's grant that nobody is left to confirm: it goes on, overdue for all to see, rather than lock everybody out.
CREATE OR REPLACE FUNCTION line.accounts_last_admin(g line.role_grant) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN g.role = 'admin' AND NOT EXISTS (SELECT FROM line.role_grant o JOIN line.account a ON a.id = o.account AND a.state = 'active'
  WHERE o.role = 'admin' AND o.account <> g.account AND o.valid_from <= clock_timestamp() AND o.due > clock_timestamp()
    AND (o.valid_to IS NULL OR o.valid_to > clock_timestamp()));
ALTER FUNCTION line.accounts_last_admin(line.role_grant) OWNER TO brightline_line;

-- Rule 32: a grant that nobody confirmed by its day gives nothing from then on.
CREATE OR REPLACE FUNCTION line.accounts_live(g line.role_grant) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN g.valid_from <= clock_timestamp() AND (g.valid_to IS NULL OR g.valid_to > clock_timestamp())
  AND CASE WHEN g.due > clock_timestamp() THEN true ELSE line.accounts_last_admin(g) END;

-- What is sealed or protected no glass opens: a case that has a clearance for it, in its purposes or by order.
CREATE OR REPLACE FUNCTION line.glass_barred(of_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.purpose p WHERE p.case_id = of_case
    AND (p.clearances && ARRAY['sealed', 'covert', 'protected', 'oversight', 'grand-jury'] OR p.state = 'closed'))
  OR EXISTS (SELECT FROM line.clearance c WHERE c.case_id = of_case AND c.state = 'approved' AND c.expires >= CURRENT_DATE
    AND c.caveat = ANY (ARRAY['sealed', 'covert', 'protected', 'oversight', 'grand-jury']));
ALTER FUNCTION line.glass_barred(uuid) OWNER TO brightline_line;

-- Whoever broke the glass reads the case until the hour that stands in the row, never later; and only as long as they
-- work in the case's regime.
CREATE OR REPLACE FUNCTION line.glass_opens(who uuid, p line.purpose) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.glass b JOIN line.unit u ON u.name = b.unit JOIN line.authority a ON a.code = p.authority AND a.regime = u.regime
    JOIN line.role_grant g ON g.account = who AND g.unit = b.unit AND line.accounts_live(g)
  WHERE b.asker = who AND b.case_id = p.case_id AND b.state = 'open' AND b.expires > clock_timestamp())
  AND NOT line.glass_barred(p.case_id);
ALTER FUNCTION line.glass_opens(uuid, line.purpose) OWNER TO brightline_line;
