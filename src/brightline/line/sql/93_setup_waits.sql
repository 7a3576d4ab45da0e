-- Whether the installation waits for its first administrator: the setup page asks before it shows itself.
CREATE OR REPLACE FUNCTION line.setup_waits() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.setup s WHERE s.used IS NULL AND s.expires > clock_timestamp())
  AND NOT EXISTS (SELECT FROM line.role_grant g WHERE g.role = 'admin');
ALTER FUNCTION line.setup_waits() OWNER TO brightline_line;
REVOKE ALL ON FUNCTION line.setup_waits() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION line.setup_waits() TO brightline_login;
