-- A published table waits for the worker, who takes it in under the standing order of whoever sent it.
-- callers: writer

CREATE OR REPLACE FUNCTION line.operations_wait(ctx line.context, which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('extract files ' || ctx.unit, 0));
  IF (SELECT count(*) FROM operations.extract x WHERE x.unit = ctx.unit AND x.state IN ('waiting', 'running')) > 5 THEN
    PERFORM line.say_no(ctx, 'BL009', 'waiting', 'Five tables of this unit wait to be taken in, and no more may.',
      'Send the next when one is in: operation extract tells.'); END IF;
  UPDATE operations.extract x SET purpose_key = ctx.purpose_key,
      standing_order = line.warehouse_order(ctx, ARRAY['extract_rows', 'extract_end'], ctx.at + interval '7 days')
    WHERE x.id = which AND x.unit = ctx.unit;
END $$;

CREATE OR REPLACE FUNCTION line.operations_waited(which uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.warehouse_order_end(which) $$;

-- It can't be taken, or is tried no more: nothing of it stays but why, and the table may be sent again. Its rows, of
-- which there may be millions, nobody sees from now on; `operations_swept` removes them.
CREATE OR REPLACE FUNCTION line.operations_gave_up(which uuid, problem text, hint text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE x operations.extract; ctx line.context;
BEGIN
  UPDATE operations.extract q SET state = 'failed', message = problem, hint = operations_gave_up.hint, file = NULL,
    rows = 0, kept = 0, quarantined = 0
    WHERE q.id = which AND q.state IN ('open', 'waiting', 'running') RETURNING * INTO x;
  IF x.id IS NULL THEN RETURN; END IF;
  DELETE FROM operations.extract_figure g WHERE g.extract = which;
  PERFORM line.warehouse_order_end(x.standing_order);
  ctx.name := 'extract_stop'; ctx.act := 'change'; ctx.call := 'command'; ctx.account := x.account;
  ctx.account_name := line.accounts_name(x.account);
  ctx.unit := x.unit; ctx.regime := x.regime; ctx.kind := 'desk'; ctx.purpose_key := x.purpose_key;
  ctx.params := jsonb_build_object('extract', which, 'why', problem);
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'refused', '{}'), line.body(ctx, '{}'), true, false);
END $$;

-- The worker's turn at rows of tables that weren't taken: so many at a time.
-- callers: none
CREATE OR REPLACE FUNCTION line.operations_swept() RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM operations.extract_row r USING (SELECT q.extract, q.row FROM operations.extract x
    JOIN operations.extract_row q ON q.extract = x.id
    WHERE x.state = 'failed' LIMIT 20000) old WHERE r.extract = old.extract AND r.row = old.row;
  DELETE FROM operations.extract_fault f USING (SELECT q.id FROM operations.extract x
    JOIN operations.extract_fault q ON q.extract = x.id
    WHERE x.state = 'failed' LIMIT 20000) old WHERE f.id = old.id;
$$;
