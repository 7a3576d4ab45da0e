-- Standing orders: what lets the worker act where nobody is signed in. An order names one account, one purpose and the
-- functions that may be called; it ends with any of them, and nobody but the worker's own role can use it.

-- callers: none
CREATE OR REPLACE FUNCTION line.order_account(token text, purpose_key text, name text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT o.account FROM line.standing_order o JOIN line.account a ON a.id = o.account
  JOIN line.purpose p ON p.id = o.purpose
  WHERE session_user = 'brightline_worker' AND token = 'order:' || o.id::text AND p.key = purpose_key
    AND order_account.name = ANY (o.acts)
    AND a.state = 'active' AND o.ended IS NULL AND o.expires > clock_timestamp());
