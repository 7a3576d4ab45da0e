-- What the room of documents needs of the line: a standing order under which the worker reads one document, and a bound
-- of what one account may have waiting.
-- callers: writer

-- A document waits to be read, once; under the case's own purpose, since there is no other compartment for its words.
CREATE OR REPLACE FUNCTION line.documents_wait(ctx line.context, which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE of uuid := (SELECT d.case_id FROM cases.document d WHERE d.id = which); n integer; most constant integer := 100;
BEGIN
  IF ctx.kind <> 'case' OR of IS DISTINCT FROM ctx.case_id THEN RETURN; END IF;
  -- One account's uploads one after the other, else each would count before the others are there.
  PERFORM pg_advisory_xact_lock(hashtextextended('documents ' || ctx.account, 0));
  IF EXISTS (SELECT FROM documents.waiting w WHERE w.document = which AND w.stopped IS NULL) THEN RETURN; END IF;
  SELECT count(*) INTO n FROM documents.waiting w WHERE w.account = ctx.account AND w.stopped IS NULL;
  IF n >= most THEN
    PERFORM line.say_no(ctx, 'BL009', 'waiting', format('%s of your documents wait to be read, and no more may.', n),
      'Send the next when some are read; `case document CASE --readings` tells.'); END IF;
  DELETE FROM documents.waiting w WHERE w.document = which;
  INSERT INTO documents.waiting (document, case_id, purpose, purpose_key, account, account_name, unit, standing_order)
    VALUES (which, of, ctx.purpose, ctx.purpose_key, ctx.account, ctx.account_name, ctx.unit,
      line.warehouse_order(ctx, ARRAY['case_document_open', 'case_document_read'], ctx.at + interval '30 days'));
END $$;

-- A case opens: what was added to its draft is read now, each under a standing order of whoever added it, or, where
-- they don't work under it, of its lead. Of more than an account may have waiting the rest is asked for later, by hand;
-- the opening isn't held up by it.
CREATE OR REPLACE FUNCTION line.documents_wait_all(ctx line.context, of_case uuid) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE d record; p line.purpose; own line.context := ctx; n integer := 0; lead uuid := (SELECT f.lead
  FROM cases.case_file f WHERE f.id = of_case);
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  SELECT * INTO p FROM line.purpose x WHERE x.case_id = of_case AND x.state = 'active'
    ORDER BY length(x.key), x.key LIMIT 1;
  own.kind := 'case'; own.case_id := of_case; own.purpose := p.id; own.purpose_key := p.key; own.unit := p.unit;
  own.authority := p.authority;
  FOR d IN SELECT x.id, x.account FROM cases.document x WHERE x.case_id = of_case
      AND NOT EXISTS (SELECT FROM documents.reading r WHERE r.document = x.id) ORDER BY x.at, x.id LIMIT 200 LOOP
    own.account := CASE WHEN line.cases_capacity(d.account, of_case) IS NOT NULL THEN d.account ELSE lead END;
    own.account_name := line.accounts_name(own.account);
    CONTINUE WHEN (SELECT count(*) FROM documents.waiting w WHERE w.account = own.account AND w.stopped IS NULL) >= 100;
    PERFORM line.documents_wait(own, d.id);
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;

-- It was read: its order ends with it.
CREATE OR REPLACE FUNCTION line.documents_done(which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE w documents.waiting;
BEGIN
  DELETE FROM documents.waiting x WHERE x.document = which RETURNING * INTO w;
  PERFORM line.warehouse_order_end(w.standing_order);
END $$;

-- It is tried no more, which is an entry; whoever works on the case may ask again.
-- callers: none
CREATE OR REPLACE FUNCTION line.documents_stop(which uuid, code text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE w documents.waiting; ctx line.context;
BEGIN
  UPDATE documents.waiting x SET stopped = code WHERE x.document = which AND x.stopped IS NULL RETURNING * INTO w;
  IF w.document IS NULL THEN RETURN; END IF;
  PERFORM line.warehouse_order_end(w.standing_order);
  ctx.name := 'document_stop'; ctx.act := 'change'; ctx.call := 'command'; ctx.account := w.account;
  ctx.account_name := w.account_name;
  ctx.unit := w.unit; ctx.kind := 'case'; ctx.purpose := w.purpose; ctx.purpose_key := w.purpose_key;
  ctx.case_id := w.case_id;
  SELECT p.authority, a.regime INTO ctx.authority, ctx.regime FROM line.purpose p JOIN line.authority a
    ON a.code = p.authority WHERE p.id = w.purpose;
  ctx.params := jsonb_build_object('document', which, 'why', code);
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'refused', '{}'), line.body(ctx, '{}'), true, false);
END $$;
