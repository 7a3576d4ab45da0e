-- callers: worker

-- What the worker takes next of published tables: {intake, file, sha256, purpose, order, at, kind}; as `leads.work`.
CREATE OR REPLACE FUNCTION operations.work(begun boolean) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE late timestamptz := clock_timestamp() - interval '3 minutes'; found jsonb;
BEGIN
  IF begun THEN UPDATE operations.extract x SET taken = NULL WHERE x.state IN ('waiting', 'running')
    AND x.file IS NOT NULL; END IF;
  PERFORM line.operations_gave_up(x.id, 'Reading it failed three times.',
    'Send it again, or have an administrator look into the worker''s log.') FROM operations.extract x
    WHERE x.state IN ('waiting', 'running') AND x.file IS NOT NULL AND x.attempts >= 3
      AND (x.taken IS NULL OR x.taken < late);
  PERFORM line.operations_swept();
  WITH next AS (
      SELECT x.id FROM operations.extract x WHERE x.state IN ('waiting', 'running') AND x.file IS NOT NULL
        AND (x.taken IS NULL OR x.taken < late)
      ORDER BY x.at LIMIT 1 FOR UPDATE SKIP LOCKED),
    mine AS (UPDATE operations.extract x SET taken = clock_timestamp(), attempts = x.attempts + 1 FROM next
      WHERE x.id = next.id RETURNING x.*)
  SELECT jsonb_build_object('intake', m.id, 'file', m.file, 'sha256', encode(m.sha256, 'hex'), 'purpose', m.purpose_key,
    'order', m.standing_order, 'at', m.rows, 'kind', m.kind)
    INTO found FROM mine m;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION operations.over(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM operations.extract x WHERE x.id = which AND x.state IN ('done', 'failed'));

CREATE OR REPLACE FUNCTION operations.stop(which uuid, problem text, hint text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.operations_gave_up(which, problem, hint) $$;

GRANT USAGE ON SCHEMA operations TO brightline_worker;
