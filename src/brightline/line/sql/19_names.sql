-- Names of accounts and units, and who holds which role: asked by every room.
-- callers: reader, writer

CREATE OR REPLACE FUNCTION line.accounts_name(who uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT a.name FROM line.account a WHERE a.id = who);

CREATE OR REPLACE FUNCTION line.accounts_title(who uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(NULLIF(a.title, ''), a.name) FROM line.account a WHERE a.id = who);

-- A live account by name; NULL when there is none.
CREATE OR REPLACE FUNCTION line.accounts_id(called text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT a.id FROM line.account a WHERE a.name = lower(btrim(called)) AND a.state = 'active');

CREATE OR REPLACE FUNCTION line.accounts_unit_title(called text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT u.title FROM line.unit u WHERE u.name = called);

CREATE OR REPLACE FUNCTION line.accounts_holds(who uuid, in_unit text, wanted text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.role_grant g WHERE g.account = who AND g.unit = in_unit AND g.role = wanted
  AND line.accounts_live(g));

-- `case-born` is the authority of what a case itself makes; nobody works, opens or collects under it.
CREATE OR REPLACE FUNCTION line.accounts_in_force(a line.authority) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN a.code <> 'case-born' AND a.valid_from <= CURRENT_DATE AND (a.valid_to IS NULL OR a.valid_to >= CURRENT_DATE);
