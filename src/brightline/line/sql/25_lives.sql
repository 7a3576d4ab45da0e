-- For the door, before it reads what somebody sends along: does a live session or service token stand behind this? It
-- opens nothing: enter asks again, with the act and the purpose. A session that waits for its second factor is none
-- yet.
-- callers: login
CREATE OR REPLACE FUNCTION line.session_lives(token text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM line.session s JOIN line.account a ON a.id = s.account AND a.state = 'active'
      WHERE s.token_hash = line.token_hash(split_part(token, '~', 1)) AND s.ended IS NULL
        AND s.expires > clock_timestamp()
        AND s.waits <> 'second'
          AND (s.device_hash IS NULL OR s.device_hash = line.token_hash(split_part(token, '~', 2))))
    OR EXISTS (SELECT FROM line.service_token t JOIN line.account a ON a.id = t.account AND a.state = 'active'
      WHERE t.token_hash = line.token_hash(token) AND t.ended IS NULL AND t.expires > clock_timestamp())
$$;
