-- Whether the installation waits for its first administrator: the setup page asks before it shows itself.
-- callers: login
CREATE OR REPLACE FUNCTION line.setup_waits() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.setup s WHERE s.used IS NULL AND s.expires > clock_timestamp())
  AND NOT EXISTS (SELECT FROM line.role_grant g WHERE g.role = 'admin');
