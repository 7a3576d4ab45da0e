-- What the sequencer may say and ask: keys sign outside the database, over what it has computed.

-- The state's row, locked until the transaction ends, with the root over all leaves.
CREATE OR REPLACE FUNCTION ledger.hold(OUT size bigint, OUT root bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s ledger.state := ledger.taken();
BEGIN
  size := s.size; root := ledger.root_of(s.frontier);
END $$;

-- An entry of the log's own, of one of the acts that introduce a key; answers its index. `told` is added to the head.
CREATE OR REPLACE FUNCTION ledger.introduce(act text, told jsonb, body jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s ledger.state := ledger.taken(); e ledger.entry;
BEGIN
  IF NOT COALESCE(act = ANY ('{rotate-key,receipt-key}'), false) OR jsonb_typeof(told) IS DISTINCT FROM 'object'
     OR jsonb_typeof(body) IS DISTINCT FROM 'object' OR length(told::text) + length(body::text) > 65536 THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011', MESSAGE = 'the log introduces keys in its own name, in a few words, and nothing else';
  END IF;
  e := ledger.own(act, told || jsonb_build_object('at', s.confirmed), body, 'ok');
  e.lsn := s.confirmed;
  UPDATE ledger.state SET size = s.size + 1, frontier = ledger.grown(s.size, s.frontier, ARRAY[ledger.put(e, s.size)]);
  RETURN s.size;
END $$;

-- Keeps a signed checkpoint: of the tree as it is now, under the log's name, and of no other. The signature is checked by
-- whoever reads it, since a signature needs no trust in the database, and the root does.
CREATE OR REPLACE FUNCTION ledger.add_checkpoint(size bigint, root bytea, note bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s ledger.state := ledger.taken();
  said text := format(E'%s\n%s\n%s\n\n', s.origin, s.size, encode(ledger.root_of(s.frontier), 'base64'));
BEGIN
  IF size IS DISTINCT FROM s.size OR root IS DISTINCT FROM ledger.root_of(s.frontier)
     OR substr(note, 1, length(convert_to(said, 'UTF8'))) IS DISTINCT FROM convert_to(said, 'UTF8') OR length(note) > 65536 THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011', MESSAGE = 'the checkpoint isn''t of the tree that the table has: it isn''t kept';
  END IF;
  INSERT INTO ledger.checkpoint (size, root, note) VALUES (add_checkpoint.size, add_checkpoint.root, add_checkpoint.note);
END $$;

-- Notes that the last entry under a checkpoint introduced a key.
CREATE OR REPLACE FUNCTION ledger.add_rotation(index bigint, size bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s ledger.state := ledger.taken();
BEGIN
  IF size IS DISTINCT FROM s.size OR index IS DISTINCT FROM s.size - 1
     OR NOT EXISTS (SELECT FROM ledger.entry e WHERE e.index = add_rotation.index AND e.act = 'rotate-key') THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011', MESSAGE = 'the last entry doesn''t introduce a key';
  END IF;
  INSERT INTO ledger.rotation (index, size) VALUES (add_rotation.index, add_rotation.size);
END $$;

-- The rotations of the key so far, each with its entry's head and the checkpoint that both keys signed.
CREATE OR REPLACE FUNCTION ledger.links() RETURNS TABLE (index bigint, entry uuid, head bytea, head_salt bytea, size bigint, note bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.index, e.entry, e.head, e.head_salt, r.size, c.note FROM ledger.rotation r
    JOIN ledger.entry e ON e.index = r.index JOIN ledger.checkpoint c ON c.size = r.size ORDER BY r.index
$$;

-- Whose log this is, for status and export.
CREATE OR REPLACE FUNCTION ledger.name_keys(origin text, ledger_key text, receipt_key text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE ledger.state SET origin = left(name_keys.origin, 1000), ledger_key = left(name_keys.ledger_key, 1000), receipt_key = left(name_keys.receipt_key, 1000)
    WHERE (state.origin, state.ledger_key, state.receipt_key) IS DISTINCT FROM (name_keys.origin, name_keys.ledger_key, name_keys.receipt_key)
$$;

-- Leaves word where overseers and doctor look.
CREATE OR REPLACE FUNCTION ledger.alarm(said text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE ledger.state SET alarm = left(said, 2000)
$$;

DO $own$
DECLARE f regprocedure; called text;
BEGIN
  FOR f, called IN SELECT p.oid::regprocedure, p.proname FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'ledger'::regnamespace
      AND p.proname NOT IN ('slot_peek', 'slot_advance') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_line', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    IF called IN ('integrate', 'advance', 'hold', 'introduce', 'add_checkpoint', 'add_rotation', 'links', 'name_keys', 'alarm') THEN
      EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_sequencer', f);
    END IF;
  END LOOP;
END $own$;
