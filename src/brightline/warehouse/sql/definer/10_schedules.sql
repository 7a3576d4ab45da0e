-- What the warehouse's installed functions need of schema line: standing orders, and what crossings a purpose has.
-- callers: writer

-- Makes a schedule with its standing order, or makes it anew: the earlier order ends.
CREATE OR REPLACE FUNCTION line.warehouse_schedule(ctx line.context, called text, sort text, aim text,
  clock text, with_params jsonb,
  until timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE acts text[] := CASE sort WHEN 'feed' THEN ARRAY['feed_refresh'] WHEN 'flow' THEN ARRAY['warehouse_flow']
  ELSE ARRAY['export_request'] END;
BEGIN
  UPDATE line.standing_order o SET ended = ctx.at FROM warehouse.schedule s
    WHERE s.name = called AND o.id = s.standing_order AND o.ended IS NULL;
  INSERT INTO warehouse.schedule AS s (name, kind, target, cron, params, standing_order, purpose, purpose_key,
    unit, account, account_name)
    VALUES (called, sort, aim, clock, with_params, line.warehouse_order(ctx, acts, until), ctx.purpose,
      ctx.purpose_key, ctx.unit,
      ctx.account, ctx.account_name)
    ON CONFLICT (name) DO UPDATE SET kind = EXCLUDED.kind, target = EXCLUDED.target, cron = EXCLUDED.cron,
      params = EXCLUDED.params,
      standing_order = EXCLUDED.standing_order, purpose = EXCLUDED.purpose, purpose_key =
        EXCLUDED.purpose_key, unit = EXCLUDED.unit,
      account = EXCLUDED.account, account_name = EXCLUDED.account_name, next_run = NULL, why = NULL,
      state = CASE s.state WHEN 'ended' THEN 'active' ELSE s.state END;
END $$;

-- A feed whose feed.yml no longer names a schedule loses it.
CREATE OR REPLACE FUNCTION line.warehouse_unschedule(ctx line.context, called text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE line.standing_order o SET ended = ctx.at FROM warehouse.schedule s
    WHERE s.name = called AND o.id = s.standing_order AND o.ended IS NULL;
  UPDATE warehouse.schedule s SET state = 'ended', why = 'feed.yml names no schedule',
    next_run = NULL WHERE s.name = called;
END $$;

-- The crossings by which this purpose holds copies of these entities, and of no other purpose.
-- callers: reader
CREATE OR REPLACE FUNCTION line.warehouse_crossings(ctx line.context, of uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_object('number', c.number, 'state', c.state, 'fields', c.fields,
    'expires', line.stamp(c.expires))), '[]')
  FROM line.crossing c JOIN line.crossing_item i ON i.crossing = c.id
  WHERE c.beneficiary = ctx.purpose AND c.state = 'approved' AND i.entity = ANY (of)
    AND (c.pointer IS NULL OR EXISTS (SELECT FROM line.crossing_aspect x WHERE x.crossing = c.id
      AND x.entity = i.entity)));
