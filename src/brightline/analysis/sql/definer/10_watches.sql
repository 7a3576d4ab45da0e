-- What analysis needs of the line: whose pass it is, standing orders for watches, and what is due.
-- callers: writer

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.analysis_self() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT (p.parts)[3]::uuid FROM (SELECT line.pass() AS parts) p);

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.analysis_purpose() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT NULLIF((p.parts)[2], '')::uuid FROM (SELECT line.pass() AS parts) p);

-- An order never outlives its purpose, and no more than half a year without being made anew.
CREATE OR REPLACE FUNCTION line.analysis_order(ctx line.context) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made uuid;
BEGIN
  IF (SELECT count(*) FROM line.standing_order o WHERE o.account = ctx.account
    AND o.purpose = ctx.purpose AND o.ended IS NULL
      AND o.expires > clock_timestamp()) >= 50 THEN
    PERFORM line.refuse(ctx, 'orders', 'Fifty watches run under this purpose already.',
      'End one that is no longer needed.'); END IF;
  INSERT INTO line.standing_order (account, purpose, acts, expires)
    SELECT ctx.account, p.id, ARRAY['watch_evaluate'], LEAST(p.expires, clock_timestamp() + interval '180 days')
    FROM line.purpose p WHERE p.id = ctx.purpose RETURNING id INTO made;
  RETURN made;
END $$;

CREATE OR REPLACE FUNCTION line.analysis_order_end(ctx line.context, which uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE line.standing_order o SET ended = clock_timestamp() WHERE o.id = which AND o.account = ctx.account
    AND o.ended IS NULL $$;

-- Whether an order still lives, and until when: dead with its account, its purpose, its time or the membership.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.analysis_order_lives(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.standing_order o JOIN line.account a ON a.id = o.account AND a.state = 'active'
  JOIN line.purpose p ON p.id = o.purpose AND p.state = 'active'
    AND (p.expires IS NULL OR p.expires > clock_timestamp())
  WHERE o.id = which AND o.ended IS NULL AND o.expires > clock_timestamp() AND line.entitled(o.account, p));

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.analysis_order_until(which uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(o.ended, o.expires) FROM line.standing_order o WHERE o.id = which);

-- Runs that are published now count as known to a watch that is made now.
CREATE OR REPLACE FUNCTION line.analysis_runs_known() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.id FROM feed.run r WHERE r.state = 'published' AND r.ended > clock_timestamp() - interval '1 day' $$;

-- The worker's list: watches whose order lives, with the runs they haven't looked at. Names, no content.
-- callers: worker
CREATE OR REPLACE FUNCTION analysis.due() RETURNS TABLE (watch uuid, standing uuid, purpose text, runs uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT w.id, w.standing, p.key, array_agg(r.id ORDER BY r.ended)
  FROM analysis.watch w JOIN line.purpose p ON p.id = w.purpose
  JOIN feed.run r ON r.state = 'published' AND r.ended > w.made - interval '1 day'
  WHERE w.state = 'active' AND line.analysis_order_lives(w.standing)
    AND NOT EXISTS (SELECT FROM analysis.evaluated e WHERE e.watch = w.id AND e.run = r.id)
  GROUP BY w.id, w.standing, p.key ORDER BY w.id LIMIT 500 $$;

-- The reason that the call's inquiry states: it stands for whatever the watch will do.
CREATE OR REPLACE FUNCTION line.analysis_reason(ctx line.context) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT i.reason FROM line.inquiry i WHERE i.id = ctx.inquiry AND i.account = ctx.account);

-- Tells a watch's owner that it found something. Its owner's own order did it, so he is told of his own act.
CREATE OR REPLACE FUNCTION line.analysis_tell(ctx line.context, watch uuid, fresh bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO cases.notice (account, kind, what, case_id, object, detail)
    SELECT ctx.account, 'watch', CASE fresh WHEN 1 THEN 'A watch has a new match.'
      ELSE format('A watch has %s new matches.', fresh) END,
      ctx.case_id, watch, jsonb_build_object('new', fresh) WHERE fresh > 0 AND session_user = 'brightline_worker' $$;
