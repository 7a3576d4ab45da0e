-- The sequencer's turn, inside the database: what the slot holds becomes rows of the table, with leaf and frontier
-- computed here. The role that calls this may neither add nor change a row, nor read a body, nor move the slot
-- otherwise.
-- callers: none

-- RFC 6962: the roots of the complete subtrees of `size` leaves, largest first, after these leaf hashes were added.
CREATE OR REPLACE FUNCTION ledger.grown(size bigint, frontier bytea, hashes bytea[]) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE roots bytea[]; top integer := length(frontier) / 32; got bytea; left_ bigint;
node constant bytea := decode('01', 'hex');
BEGIN
  FOR i IN 1 .. top LOOP roots[i] := substr(frontier, i * 32 - 31, 32); END LOOP;
  FOREACH got IN ARRAY hashes LOOP
    left_ := size;
    WHILE left_ & 1 = 1 LOOP
      got := sha256(node || roots[top] || got);
      top := top - 1; left_ := left_ >> 1;
    END LOOP;
    top := top + 1; roots[top] := got; size := size + 1;
  END LOOP;
  RETURN COALESCE((SELECT string_agg(r.root, ''::bytea ORDER BY r.n)
    FROM unnest(roots[1:top]) WITH ORDINALITY r (root, n)), ''::bytea);
END $$;

-- The root over all leaves so far.
CREATE OR REPLACE FUNCTION ledger.root_of(frontier bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE got bytea := sha256(''::bytea); top integer := length(frontier) / 32;
BEGIN
  FOR i IN REVERSE top .. 1 LOOP
    got := CASE WHEN i = top THEN substr(frontier, i * 32 - 31, 32)
      ELSE sha256(decode('01', 'hex') || substr(frontier, i * 32 - 31, 32) || got) END;
  END LOOP;
  RETURN got;
END $$;

-- The state's row, locked: whoever holds it is the sequencer. Nobody waits for it.
CREATE OR REPLACE FUNCTION ledger.taken() RETURNS ledger.state
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE s ledger.state;
BEGIN
  SELECT * INTO s FROM ledger.state FOR UPDATE NOWAIT;
  IF ledger.slot_at() IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011',
      MESSAGE = format('the slot %s is missing: entries may be lost', ledger.slot()),
      HINT = 'Find out who dropped it, then make it anew; the gap is written into the log.';
  END IF;
  RETURN s;
END $$;

-- Puts the entry at `index`; answers its leaf hash. One whose id another entry has already is kept under an id of its
-- own.
CREATE OR REPLACE FUNCTION ledger.put(e ledger.entry, index bigint) RETURNS bytea
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE other ledger.entry;
BEGIN
  e.index := index;
  INSERT INTO ledger.entry VALUES (e.*) ON CONFLICT (entry) DO NOTHING;
  IF NOT FOUND THEN
    other := ledger.own('malformed', jsonb_build_object('at', e.lsn),
      jsonb_build_object('why', 'another entry has this id',
      'entry', e.entry, 'head', convert_from(e.head, 'UTF8'), 'body', convert_from(e.body, 'UTF8')));
    other.lsn := e.lsn; other.index := index;
    INSERT INTO ledger.entry VALUES (other.*);
    e := other;
  ELSIF e.act = 'purge' AND e.outcome = 'ok' THEN
    INSERT INTO ledger.due (certificate) VALUES (e.entry);
  END IF;
  RETURN sha256(decode('00', 'hex') || e.leaf);
END $$;

-- Why entries may be missing before those that come now; NULL when none can be.
CREATE OR REPLACE FUNCTION ledger.gap(s ledger.state, slot pg_lsn, cluster text, timeline integer) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF s.cluster <> gap.cluster THEN
    RETURN jsonb_build_object('why', 'the log goes on in another database cluster'); END IF;
  IF slot > s.promised THEN
    RETURN jsonb_build_object('why', 'the slot was made anew or moved on', 'from', s.promised, 'to', slot); END IF;
  -- What the former server had flushed and not sent before it died is on no disk that is read again.
  IF s.timeline <> gap.timeline THEN
    RETURN jsonb_build_object('why', 'another server took over, or a backup was restored: entries may be lost',
      'timeline', format('%s to %s', s.timeline, gap.timeline)); END IF;
  RETURN NULL;
END $$;

-- What one look at the slot brings: the messages of the line, each with the position at which the log has it for good.
-- place   the end of the message's own record or, when it commits with a transaction, of the commit's. It never goes
-- back, and all messages of a transaction share it, so it tells exactly what was integrated waited  it was written when
-- its transaction ended, which may be long after its time behind  where the slot may go once this row was integrated
-- (pgoutput's Begin, Commit and Message; nothing else comes)
CREATE OR REPLACE FUNCTION ledger.heard(upto pg_lsn, most integer)
RETURNS TABLE (ours boolean, waited boolean, place pg_lsn, behind pg_lsn, content bytea)
LANGUAGE sql VOLATILE ROWS 1000 SET search_path = pg_catalog, pg_temp AS $$
  WITH told AS (SELECT p.ord, p.lsn, p.data, get_byte(p.data, 0) = 67 AS commit, get_byte(p.data, 0) = 77 AS message,
      get_byte(p.data, 0) = 77 AND get_byte(p.data, 1) & 1 = 1 AS waited FROM ledger.slot_peek(upto, most) p)
  SELECT t.message AND substr(t.data, 11, 5) = decode('6c696e6500', 'hex'), t.waited,
    CASE WHEN t.waited THEN min(t.lsn) FILTER (WHERE t.commit) OVER (ORDER BY t.ord DESC) ELSE t.lsn END,
    CASE WHEN t.commit OR t.message AND NOT t.waited THEN t.lsn END, substr(t.data, 20)
  FROM told t ORDER BY t.ord
$$;

-- One turn: so many rows of the slot at most, and so many bytes of the log. `moved`: entries made; `more`: whether to
-- come again at once. What the slot gives again after a crash lies at or before `confirmed` and is skipped. The order
-- is that of the write-ahead log, whatever the clock says; that it went back by more than a minute is written in.
-- `seen` is when a turn was made: only here is it moved, and ledger.beat believes nobody's word for it. A turn that was
-- asked to stop short while more waits is none, or whoever has the sequencer's password would keep acts going with a
-- log that falls behind.
-- callers: sequencer
CREATE OR REPLACE FUNCTION ledger.integrate(most integer, bytes bigint, OUT moved bigint, OUT more boolean)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s ledger.state := ledger.taken();
  slot pg_lsn := ledger.slot_at(); flushed pg_lsn := pg_current_wal_flush_lsn(); upto pg_lsn; last pg_lsn := '0/0';
  here text := (SELECT c.system_identifier::text FROM pg_control_system() c);
  now_on integer := ('x' || lpad(left(pg_walfile_name(pg_current_wal_lsn()), 8), 8, '0'))::bit(32)::integer;
  why jsonb := ledger.gap(s, slot, here, now_on);
  known pg_lsn := CASE WHEN s.cluster <> here THEN '0/0' ELSE s.confirmed END;
  g record; e ledger.entry; own ledger.entry; hashes bytea[] := '{}'; acts uuid[] := '{}';
  n integer := 0; rows integer := 0;
  turned timestamptz;
BEGIN
  most := LEAST(GREATEST(most, 1), 20000);
  upto := LEAST(flushed, slot + GREATEST(bytes, 1048576));
  IF why IS NOT NULL THEN
    own := ledger.own('gap', jsonb_build_object('at', slot), why); own.lsn := slot;
    n := 1; hashes[1] := ledger.put(own, s.size);
  END IF;
  FOR g IN SELECT * FROM ledger.heard(upto, most) LOOP
    rows := rows + 1; last := GREATEST(last, g.behind);
    CONTINUE WHEN NOT g.ours OR g.place <= known;
    IF g.place IS NULL THEN RAISE EXCEPTION 'the slot gave a transaction without its commit'; END IF;
    e := ledger.read(g.content); e.lsn := g.place;
    -- What waited for its transaction isn't judged: its time is that of the act's beginning.
    IF NOT g.waited AND e.act <> 'malformed' AND e.at > '1971-01-01' THEN
      IF e.at < s.newest - interval '60 seconds' THEN
        own := ledger.own('clock', jsonb_build_object('at', g.place), jsonb_build_object('why', 'the clock went back',
          'from', line.stamp(s.newest), 'to', line.stamp(e.at))); own.lsn := g.place;
        n := n + 1; hashes[n] := ledger.put(own, s.size + n - 1);
        s.newest := e.at;
      ELSE s.newest := GREATEST(s.newest, e.at); END IF;
    END IF;
    n := n + 1; hashes[n] := ledger.put(e, s.size + n - 1);
    IF e.inquiry IS NOT NULL AND e.outcome = 'ok' THEN acts := acts || e.inquiry; END IF;
  END LOOP;
  moved := n;
  more := rows >= most OR upto < flushed;
  -- When the look was cut off, only what was given may be confirmed.
  upto := GREATEST(slot, CASE WHEN rows >= most THEN last ELSE GREATEST(upto, last) END);
  IF NOT more OR most >= 1000 AND bytes >= 16777216 THEN turned := clock_timestamp(); END IF;
  PERFORM ledger.carry_out();
  IF NOT more AND COALESCE(s.reconciled < clock_timestamp() - interval '1 minute', true) THEN
    PERFORM ledger.reconcile(COALESCE(s.reconciled, clock_timestamp()));
    UPDATE ledger.state SET reconciled = clock_timestamp();
  END IF;
  -- Without entries the slot is moved on only after a while, since each move is a write. That a turn was made is told
  -- every few seconds, and at once when the clock was set back.
  IF n = 0 AND rows = 0 AND upto - slot < 1048576 AND s.alarm IS NULL THEN
    IF s.seen BETWEEN turned - interval '3 seconds' AND turned THEN RETURN; END IF;
    UPDATE ledger.state SET seen = turned WHERE turned IS NOT NULL;
    RETURN;
  END IF;
  IF acts <> '{}' THEN
    PERFORM line.count_acts((SELECT jsonb_agg(jsonb_build_object('inquiry', a.inquiry, 'n', a.n))
      FROM (SELECT i AS inquiry, count(*) AS n FROM unnest(acts) i GROUP BY i) a));
  END IF;
  UPDATE ledger.state SET size = s.size + n, frontier = ledger.grown(s.size, s.frontier, hashes),
    confirmed = GREATEST(known, last),
    promised = upto, cluster = here, newest = s.newest, timeline = now_on,
      seen = COALESCE(turned, s.seen), alarm = NULL,
    unsigned = CASE WHEN n > 0 THEN COALESCE(s.unsigned, clock_timestamp()) ELSE s.unsigned END;
END $$;

-- Lets the server forget what was integrated, and committed: so no ROLLBACK can take back rows that the slot gave
-- already. Each peek decodes again from where the server last noted which transactions were running. It does so every
-- 15 seconds by itself; told so after much was integrated (`note`), it has less to read again.
-- callers: sequencer
CREATE OR REPLACE FUNCTION ledger.advance(note boolean) RETURNS pg_lsn
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE upto pg_lsn;
BEGIN
  IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'BL011',
      MESSAGE = 'the slot is moved in a transaction of its own, after that of the rows';
  END IF;
  SELECT s.promised INTO upto FROM ledger.state s WHERE s.promised > ledger.slot_at();
  IF upto IS NOT NULL THEN PERFORM ledger.slot_advance(upto); END IF;
  IF note THEN PERFORM pg_log_standby_snapshot(); END IF;
  RETURN upto;
END $$;
