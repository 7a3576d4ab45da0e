-- Errands: what a command would have to do about rows that its caller doesn't see. How much a statement writes can be
-- measured by whoever runs it (EXPLAIN (ANALYZE, WAL) can't be taken away), so a command that looks at hidden rows
-- writes the same whatever it finds: one row of one size. The worker looks, and tells whom it concerns. Each errand
-- makes one entry, with or without somebody told, since the size of the log is published. A kind is a room's: the room
-- has `line.errand_<kind>(ctx, said)` beside its other functions with rights of their own, and that is all the line
-- knows of it.
-- callers: none

CREATE OR REPLACE FUNCTION line.errand_put(ctx line.context, sort text, said jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE body text := ((to_jsonb(ctx) - ARRAY['params', 'leaf', 'roles', 'at']) ||
  jsonb_build_object('said', said))::text;
BEGIN
  -- Spaces to a whole number of half kilobytes: what is asked may be long, and its length is the asker's own.
  INSERT INTO line.errand (kind, body) VALUES (sort, body || repeat(' ', 511 - (length(body) + 511) % 512));
END $$;

-- The worker's turn: the oldest errand that is due, in a transaction of its own. False: nothing is due. One that fails
-- stays and is tried again, each time after a longer pause; an error of one holds up no other.
-- callers: worker
CREATE OR REPLACE FUNCTION line.errand_turn() RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE e line.errand; ctx line.context; said jsonb; counts jsonb;
BEGIN
  -- What is compared is indexed first: what was taken in before a check is there when it is answered.
  IF line.match_turn() THEN RETURN true; END IF;
  SELECT * INTO e FROM line.errand x WHERE x.due <= clock_timestamp() ORDER BY x.due, x.id LIMIT 1
    FOR UPDATE SKIP LOCKED;
  IF e.id IS NULL THEN RETURN false; END IF;
  ctx := jsonb_populate_record(NULL::line.context, e.body::jsonb); said := e.body::jsonb -> 'said'; ctx.at := e.at;
  BEGIN
    EXECUTE format('SELECT line.%I($1, $2)', 'errand_' || btrim(e.kind)) INTO counts USING ctx, said;
    DELETE FROM line.errand x WHERE x.id = e.id;
  EXCEPTION WHEN OTHERS THEN
    UPDATE line.errand x SET tried = x.tried + 1, due = clock_timestamp() +
      make_interval(secs => LEAST(power(2, x.tried), 3600)) WHERE x.id = e.id;
    RETURN true;
  END;
  ctx.name := 'errand_' || btrim(e.kind); ctx.params := '{}';
  PERFORM line.emit(gen_random_uuid(), line.head(ctx, 'ok', jsonb_build_object('of', ctx.entry, 'counts', counts)),
    line.body(ctx, '{}'), true, false);
  RETURN true;
END $$;

-- A former shape, in which the line knew each kind.
DROP FUNCTION IF EXISTS line.errand_run(line.context, text, jsonb);

-- Whom the turns of the line are called by.
GRANT USAGE ON SCHEMA line TO brightline_worker;
