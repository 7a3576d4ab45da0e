-- What the sequencer may say and ask: keys sign outside the database, over what it has computed.
-- callers: sequencer

-- The state's row, locked until the transaction ends, with the root over all leaves.
CREATE OR REPLACE FUNCTION ledger.hold(OUT size bigint, OUT root bytea)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s ledger.state := ledger.taken();
BEGIN
  size := s.size; root := ledger.root_of(s.frontier);
END $$;

-- An entry of the log's own, of one of the acts that introduce a key; answers its index. `told` is added to the head.
-- Its row asks for the checkpoint over it when the transaction ends, and a checkpoint is kept only under the log's
-- signature: so whoever has this login alone introduces nothing (docs/attacks.md, P6).
CREATE OR REPLACE FUNCTION ledger.introduce(act text, told jsonb, body jsonb) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s ledger.state := ledger.taken(); e ledger.entry;
BEGIN
  IF NOT COALESCE(act = ANY ('{rotate-key,continue,receipt-key}'), false)
    OR jsonb_typeof(told) IS DISTINCT FROM 'object'
     OR jsonb_typeof(body) IS DISTINCT FROM 'object' OR length(told::text) + length(body::text) > 65536 THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011',
      MESSAGE = 'the log introduces keys in its own name, in a few words, and nothing else';
  END IF;
  e := ledger.own(act, told || jsonb_build_object('at', s.confirmed), body, 'ok');
  e.lsn := s.confirmed;
  UPDATE ledger.state SET size = s.size + 1, frontier = ledger.grown(s.size, s.frontier, ARRAY[ledger.put(e, s.size)]);
  IF act = 'receipt-key' THEN INSERT INTO ledger.receipt_key (index, size) VALUES (s.size, s.size + 1);
  ELSE INSERT INTO ledger.rotation (index, size) VALUES (s.size, s.size + 1); END IF;
  RETURN s.size;
END $$;

-- Whether a signed note carries this key's signature over this text (c2sp.org/signed-note, Ed25519).
-- callers: none
CREATE OR REPLACE FUNCTION ledger.note_holds(note bytea, said bytea, vkey text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parts text[] := regexp_match(vkey, '^([^+ ]+)\+([0-9a-f]{8})\+(A[Q-Za-f][A-Za-z0-9+/]{42})$');
  key bytea; one text; signature bytea;
BEGIN
  IF parts IS NULL THEN RETURN false; END IF;
  key := decode(parts[3], 'base64');
  FOREACH one IN ARRAY string_to_array(convert_from(substr(note, length(said) + 2), 'UTF8'), E'\n') LOOP
    CONTINUE WHEN NOT starts_with(one, '— ' || parts[1] || ' ') OR one !~ ' [A-Za-z0-9+/]{91}=$';
    signature := decode(right(one, 92), 'base64');
    IF length(signature) = 68 AND encode(substr(signature, 1, 4), 'hex') = parts[2]
       AND line.ed25519_holds(substr(key, 2), said, substr(signature, 5)) THEN RETURN true; END IF;
  END LOOP;
  RETURN false;
END $$;

-- Which keys sign the tree as it is: the log's own, and the one that its last entry introduces.
-- callers: none
CREATE OR REPLACE FUNCTION ledger.signers(s ledger.state) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT ARRAY[s.ledger_key] || ARRAY(SELECT convert_from(e.head, 'UTF8')::jsonb ->> 'new' FROM ledger.rotation r
    JOIN ledger.entry e ON e.index = r.index WHERE r.size = s.size AND r.index = s.size - 1)
$$;

-- Keeps a checkpoint: of the tree as it is now, under the log's name and signed by its key, and no other. Whoever reads
-- it checks the signature again; here it keeps this login from putting one in the way that nobody signed.
CREATE OR REPLACE FUNCTION ledger.add_checkpoint(size bigint, root bytea, note bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s ledger.state := ledger.taken();
  signers text[] := ledger.signers(s); signer text := signers[cardinality(signers)];
  said bytea := convert_to(format(E'%s\n%s\n%s\n', split_part(signer, '+', 1), s.size,
    encode(ledger.root_of(s.frontier), 'base64')), 'UTF8');
BEGIN
  IF size IS DISTINCT FROM s.size OR root IS DISTINCT FROM ledger.root_of(s.frontier)
     OR substr(note, 1, length(said) + 1) IS DISTINCT FROM said || '\x0a'::bytea OR length(note) > 65536 THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011',
      MESSAGE = 'the checkpoint isn''t of the tree that the table has: it isn''t kept';
  END IF;
  IF EXISTS (SELECT FROM unnest(signers) k WHERE NOT ledger.note_holds(note, said, k)) THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011', MESSAGE = 'the checkpoint isn''t signed by the log''s key: it isn''t kept';
  END IF;
  INSERT INTO ledger.checkpoint (size, root, note)
    VALUES (add_checkpoint.size, add_checkpoint.root, add_checkpoint.note);
  UPDATE ledger.state SET unsigned = NULL, ledger_key = signer, origin = split_part(signer, '+', 1);
END $$;

-- The rotations of the key so far, each with its entry's head and the checkpoint that both keys signed.
CREATE OR REPLACE FUNCTION ledger.links() RETURNS TABLE (index bigint, entry uuid, head bytea, head_salt bytea,
  size bigint, note bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.index, e.entry, e.head, e.head_salt, r.size, c.note FROM ledger.rotation r
    JOIN ledger.entry e ON e.index = r.index JOIN ledger.checkpoint c ON c.size = r.size ORDER BY r.index
$$;

-- Whose log this is, for status and export. The log's key is named once, before the first checkpoint: after that it
-- changes with the checkpoint that both keys signed. A receipt key is told of once an entry has introduced it.
CREATE OR REPLACE FUNCTION ledger.name_keys(origin text, ledger_key text, receipt_key text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s ledger.state; known text;
BEGIN
  SELECT * INTO s FROM ledger.state;
  IF s.ledger_key IS NULL OR NOT EXISTS (SELECT FROM ledger.checkpoint) THEN
    UPDATE ledger.state SET origin = left(name_keys.origin, 1000), ledger_key = left(name_keys.ledger_key, 1000);
  ELSIF (s.origin, s.ledger_key) IS DISTINCT FROM (name_keys.origin, name_keys.ledger_key) THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011',
      MESSAGE = 'the log has another key: a new one is introduced, never just named';
  END IF;
  SELECT k.key INTO known FROM (SELECT convert_from(e.head, 'UTF8')::jsonb ->> 'key' AS key FROM ledger.receipt_key r
    JOIN ledger.entry e ON e.index = r.index) k WHERE k.key = name_keys.receipt_key;
  UPDATE ledger.state SET receipt_key = known WHERE known IS NOT NULL AND state.receipt_key IS DISTINCT FROM known;
END $$;

-- Leaves word where overseers and doctor look.
CREATE OR REPLACE FUNCTION ledger.alarm(said text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE ledger.state SET alarm = left(said, 2000)
$$;
