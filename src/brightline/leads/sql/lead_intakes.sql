-- act: view
-- kind: query
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- token: yes
-- params: {intake?, limit? = 50 (1–200), offset?}
-- result: {intakes: [{intake, programme, version, name, sha256, state, rows, total, accepted, known, changed, rejected,
--   linked, held, message, hint, by, at, ended}], total, quarantine: [{row, reasons, raw}] of the named intake, which
--   has leads and faults too}
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := GREATEST(line.int(p, 'offset', 0), 0);
  wanted uuid := line.uuid(p, 'intake'); n integer; found jsonb; bad jsonb;
BEGIN
  SELECT count(*) INTO n FROM leads.intake x WHERE wanted IS NULL OR x.id = wanted;
  SELECT COALESCE(jsonb_agg(CASE WHEN wanted IS NULL THEN leads.intake_head(i) ELSE leads.intake_whole(i) END
    ORDER BY i.at DESC, i.id), '[]')
    INTO found FROM (SELECT * FROM leads.intake x WHERE wanted IS NULL OR x.id = wanted ORDER BY x.at DESC, x.id
      LIMIT most OFFSET skip) y JOIN leads.intake i ON i.id = y.id;
  IF wanted IS NOT NULL AND n = 0 THEN PERFORM line.missing(ctx); END IF;
  SELECT COALESCE(jsonb_agg(jsonb_build_object('row', q.row_number, 'reasons', q.reasons, 'raw', q.raw)
    ORDER BY q.row_number), '[]')
    INTO bad FROM (SELECT * FROM leads.quarantine x WHERE x.intake = wanted ORDER BY x.row_number LIMIT 1000) q;
  RETURN jsonb_build_object('intakes', found, 'total', n, 'quarantine', bad, '_count', jsonb_array_length(found) +
    jsonb_array_length(bad));
END
