-- Intakes as they are told: how far each is, and what came of it.
-- callers: worker

-- callers: reader, writer
-- owner: owner
CREATE OR REPLACE FUNCTION leads.intake_head(i leads.intake) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('intake', i.id, 'programme', i.programme, 'version', i.version, 'name', i.name, 'sha256',
  i.sha256, 'state', i.state, 'rows', i.row_count,
  'total', i.total, 'accepted', i.accepted, 'known', i.known, 'changed', i.changed, 'rejected', i.rejected, 'linked',
    i.linked, 'held', i.held,
  'message', i.message, 'hint', i.hint, 'by', line.accounts_name(i.account), 'at', line.stamp(i.at),
    'ended', line.stamp(i.ended));

-- callers: reader, writer
-- owner: owner
CREATE OR REPLACE FUNCTION leads.intake_whole(i leads.intake) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN leads.intake_head(i) || jsonb_build_object(
  'leads', (SELECT COALESCE(jsonb_agg(f.number ORDER BY f.intake_row, f.number), '[]') FROM (SELECT * FROM leads.lead x
    WHERE x.intake = i.id ORDER BY x.intake_row LIMIT 200) f),
  'faults', (SELECT COALESCE(jsonb_agg(jsonb_build_object('row', q.row_number, 'reasons', q.reasons)
    ORDER BY q.row_number), '[]')
    FROM (SELECT * FROM leads.quarantine x WHERE x.intake = i.id ORDER BY x.row_number LIMIT 200) q));

-- What the worker takes next: [{intake, file, sha256, purpose, order, at, config}]; one that begins takes what its
-- forerunner had.
CREATE OR REPLACE FUNCTION leads.work(begun boolean) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE late timestamptz := clock_timestamp() - interval '3 minutes'; found jsonb;
BEGIN
  IF begun THEN UPDATE leads.intake i SET taken = NULL WHERE i.state IN ('waiting', 'running')
    AND i.file IS NOT NULL; END IF;
  PERFORM line.leads_gave_up(i.id, 'Reading it failed three times.',
    'Send it again, or have an administrator look into the worker''s log.') FROM leads.intake i
    WHERE i.state IN ('waiting', 'running') AND i.file IS NOT NULL AND i.attempts >= 3
      AND (i.taken IS NULL OR i.taken < late);
  WITH next AS (
      SELECT i.id FROM leads.intake i WHERE i.state IN ('waiting', 'running') AND i.file IS NOT NULL
        AND (i.taken IS NULL OR i.taken < late)
      ORDER BY i.at LIMIT 1 FOR UPDATE SKIP LOCKED),
    mine AS (UPDATE leads.intake i SET taken = clock_timestamp(), attempts = i.attempts + 1 FROM next
      WHERE i.id = next.id RETURNING i.*)
  SELECT jsonb_build_object('intake', m.id, 'file', m.file, 'sha256', m.sha256, 'purpose', m.purpose_key, 'order',
    m.standing_order, 'at', m.row_count, 'config', g.config)
    INTO found FROM mine m JOIN leads.programme g ON g.name = m.programme AND g.version = m.version;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION leads.over(which uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM leads.intake i WHERE i.id = which AND i.state IN ('done', 'failed'));

CREATE OR REPLACE FUNCTION leads.stop(which uuid, problem text, hint text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.leads_gave_up(which, problem, hint) $$;

GRANT USAGE ON SCHEMA leads TO brightline_worker;
