-- Standing orders as rooms make, ask and end them (22_orders.sql: what one lets the worker do).
-- callers: reader, writer

-- A standing order for this account and purpose: it lives no longer than the purpose, at most a year.
CREATE OR REPLACE FUNCTION line.warehouse_order(ctx line.context, acts text[], until timestamptz) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made uuid; latest timestamptz := (SELECT least(p.expires, ctx.at + interval '1 year') FROM line.purpose p
  WHERE p.id = ctx.purpose);
BEGIN
  IF until <= ctx.at THEN PERFORM line.bad('expires', 'lies in the past', 'Name a day to come.'); END IF;
  INSERT INTO line.standing_order (account, purpose, acts, expires)
    VALUES (ctx.account, ctx.purpose, warehouse_order.acts, least(until, latest)) RETURNING id INTO made;
  RETURN made;
END $$;

CREATE OR REPLACE FUNCTION line.warehouse_order_end(which uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE line.standing_order o SET ended = clock_timestamp() WHERE o.id = which AND o.ended IS NULL
$$;

-- Why a standing order is dead, for whoever may see what hangs on it; NULL while it lives.
CREATE OR REPLACE FUNCTION line.warehouse_order_fault(which uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE
    WHEN o.ended IS NOT NULL THEN 'the standing order was ended'
    WHEN o.expires <= clock_timestamp() THEN 'the standing order has expired'
    WHEN a.state <> 'active' THEN 'its account is disabled'
    WHEN p.state <> 'active' OR p.expires <= clock_timestamp() THEN 'its purpose is closed or expired'
    WHEN NOT line.entitled(a.id, p) THEN 'its account no longer works under the purpose' END
  FROM line.standing_order o JOIN line.account a ON a.id = o.account JOIN line.purpose p
    ON p.id = o.purpose WHERE o.id = which);

CREATE OR REPLACE FUNCTION line.warehouse_order_expires(which uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT o.expires FROM line.standing_order o WHERE o.id = which);
