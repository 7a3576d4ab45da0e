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

-- A number that tells nothing: the year and random digits, since dense ones would count the hidden ones (ATTACKS B11).
-- callers: none
CREATE OR REPLACE FUNCTION line.number_drawn(letters text, digits integer) RETURNS text
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN letters || '-' || to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY') || '-'
  || lpad(floor(random() * power(10, digits))::bigint::text, digits, '0');

-- The same of four digits, and of six from the twenty-first try on, when most of the four may be taken.
-- callers: none
CREATE OR REPLACE FUNCTION line.number_tried(letters text, try integer) RETURNS text
LANGUAGE sql VOLATILE PARALLEL SAFE
RETURN line.number_drawn(letters, CASE WHEN try > 20 THEN 6 ELSE 4 END);

-- callers: none
CREATE OR REPLACE FUNCTION line.no_number(what text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'BL005', MESSAGE = 'numbers', DETAIL = jsonb_build_object('code', 'numbers',
    'detail', concat_ws(' ', 'No free', what, 'number was found.'), 'hint', 'Try again.')::text;
END $$;
