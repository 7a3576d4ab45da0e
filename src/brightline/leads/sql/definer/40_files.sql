-- A file of leads waits for the worker, who takes it in under the standing order of whoever sent it.
-- callers: writer

CREATE OR REPLACE FUNCTION line.leads_wait(ctx line.context, which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('lead files ' || ctx.unit, 0));
  IF (SELECT count(*) FROM leads.intake i WHERE i.unit = ctx.unit AND i.state IN ('waiting', 'running')) > 5 THEN
    PERFORM line.say_no(ctx, 'BL009', 'waiting', 'Five files of this desk wait to be taken in, and no more may.',
      'Send the next when one is in: lead quarantine tells.'); END IF;
  UPDATE leads.intake i SET purpose_key = ctx.purpose_key,
      standing_order = line.warehouse_order(ctx, ARRAY['lead_rows', 'lead_intake_end'], ctx.at + interval '7 days')
    WHERE i.id = which AND i.unit = ctx.unit;
END $$;

CREATE OR REPLACE FUNCTION line.leads_waited(which uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.warehouse_order_end(which) $$;

-- It is tried no more, which is an entry; what is in stays, and the file may be sent again: known rows are told.
-- callers: none
CREATE OR REPLACE FUNCTION line.leads_gave_up(which uuid, problem text, hint text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE i leads.intake; ctx line.context;
BEGIN
  UPDATE leads.intake x SET state = 'failed', ended = clock_timestamp(), message = problem,
    hint = leads_gave_up.hint, file = NULL
    WHERE x.id = which AND x.state IN ('waiting', 'running') RETURNING * INTO i;
  IF i.id IS NULL THEN RETURN; END IF;
  PERFORM line.warehouse_order_end(i.standing_order);
  ctx.name := 'lead_intake_stop'; ctx.act := 'change'; ctx.call := 'command'; ctx.account := i.account;
  ctx.account_name := line.accounts_name(i.account);
  ctx.unit := i.unit; ctx.kind := 'desk'; ctx.purpose_key := i.purpose_key;
  SELECT g.authority, g.regime INTO ctx.authority, ctx.regime FROM leads.programme g WHERE g.name = i.programme
    AND g.version = i.version;
  ctx.params := jsonb_build_object('intake', which, 'why', problem);
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'refused', '{}'), line.body(ctx, '{}'), true, false);
END $$;
