-- What the warehouse's installed functions need of schema line: standing orders, and what crossings a purpose has.

-- A standing order for this account and purpose: it lives no longer than the purpose, at most a year.
CREATE OR REPLACE FUNCTION line.warehouse_order(ctx line.context, acts text[], until timestamptz) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made uuid; latest timestamptz := (SELECT least(p.expires, ctx.at + interval '1 year') FROM line.purpose p WHERE p.id = ctx.purpose);
BEGIN
  IF until <= ctx.at THEN PERFORM line.bad('expires', 'lies in the past', 'Name a day to come.'); END IF;
  INSERT INTO line.standing_order (account, purpose, acts, expires)
    VALUES (ctx.account, ctx.purpose, warehouse_order.acts, least(until, latest)) RETURNING id INTO made;
  RETURN made;
END $$;
ALTER FUNCTION line.warehouse_order(line.context, text[], timestamptz) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.warehouse_order_end(which uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE line.standing_order o SET ended = clock_timestamp() WHERE o.id = which AND o.ended IS NULL
$$;
ALTER FUNCTION line.warehouse_order_end(uuid) OWNER TO brightline_line;

-- Why a standing order is dead, for whoever may see what hangs on it; NULL while it lives.
CREATE OR REPLACE FUNCTION line.warehouse_order_fault(which uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE
    WHEN o.ended IS NOT NULL THEN 'the standing order was ended'
    WHEN o.expires <= clock_timestamp() THEN 'the standing order has expired'
    WHEN a.state <> 'active' THEN 'its account is disabled'
    WHEN p.state <> 'active' OR p.expires <= clock_timestamp() THEN 'its purpose is closed or expired'
    WHEN NOT line.entitled(a.id, p) THEN 'its account no longer works under the purpose' END
  FROM line.standing_order o JOIN line.account a ON a.id = o.account JOIN line.purpose p ON p.id = o.purpose WHERE o.id = which);
ALTER FUNCTION line.warehouse_order_fault(uuid) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.warehouse_order_expires(which uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT o.expires FROM line.standing_order o WHERE o.id = which);
ALTER FUNCTION line.warehouse_order_expires(uuid) OWNER TO brightline_line;

-- Makes a schedule with its standing order, or makes it anew: the earlier order ends.
CREATE OR REPLACE FUNCTION line.warehouse_schedule(ctx line.context, called text, sort text, aim text, clock text, with_params jsonb,
  until timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE acts text[] := CASE sort WHEN 'feed' THEN ARRAY['feed_refresh'] WHEN 'flow' THEN ARRAY['warehouse_flow']
  ELSE ARRAY['export_request'] END;
BEGIN
  UPDATE line.standing_order o SET ended = ctx.at FROM warehouse.schedule s
    WHERE s.name = called AND o.id = s.standing_order AND o.ended IS NULL;
  INSERT INTO warehouse.schedule AS s (name, kind, target, cron, params, standing_order, purpose, purpose_key, unit, account, account_name)
    VALUES (called, sort, aim, clock, with_params, line.warehouse_order(ctx, acts, until), ctx.purpose, ctx.purpose_key, ctx.unit,
      ctx.account, ctx.account_name)
    ON CONFLICT (name) DO UPDATE SET kind = EXCLUDED.kind, target = EXCLUDED.target, cron = EXCLUDED.cron, params = EXCLUDED.params,
      standing_order = EXCLUDED.standing_order, purpose = EXCLUDED.purpose, purpose_key = EXCLUDED.purpose_key, unit = EXCLUDED.unit,
      account = EXCLUDED.account, account_name = EXCLUDED.account_name, next_run = NULL, why = NULL,
      state = CASE s.state WHEN 'ended' THEN 'active' ELSE s.state END;
END $$;
ALTER FUNCTION line.warehouse_schedule(line.context, text, text, text, text, jsonb, timestamptz) OWNER TO brightline_line;

-- A feed whose feed.yml no longer names a schedule loses it.
CREATE OR REPLACE FUNCTION line.warehouse_unschedule(ctx line.context, called text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE line.standing_order o SET ended = ctx.at FROM warehouse.schedule s
    WHERE s.name = called AND o.id = s.standing_order AND o.ended IS NULL;
  UPDATE warehouse.schedule s SET state = 'ended', why = 'feed.yml names no schedule', next_run = NULL WHERE s.name = called;
END $$;
ALTER FUNCTION line.warehouse_unschedule(line.context, text) OWNER TO brightline_line;

-- The crossings by which this purpose holds copies of these entities, and of no other purpose.
CREATE OR REPLACE FUNCTION line.warehouse_crossings(ctx line.context, of uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_object('number', c.number, 'state', c.state, 'fields', c.fields,
    'expires', line.stamp(c.expires))), '[]')
  FROM line.crossing c JOIN line.crossing_item i ON i.crossing = c.id
  WHERE c.beneficiary = ctx.purpose AND c.state = 'approved' AND i.entity = ANY (of)
    AND (c.pointer IS NULL OR EXISTS (SELECT FROM line.crossing_aspect x WHERE x.crossing = c.id AND x.entity = i.entity)));
ALTER FUNCTION line.warehouse_crossings(line.context, uuid[]) OWNER TO brightline_line;
