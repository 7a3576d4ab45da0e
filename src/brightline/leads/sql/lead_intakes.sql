-- act: view
-- kind: query
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- token: yes
-- params: {intake?, limit? = 50 (1–200), offset?}
-- result: {intakes: [{intake, programme, version, name, sha256, rows, rejected, by, at}], total, quarantine: [{row, reasons, raw}] of the named intake}
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200); skip integer := GREATEST(line.int(p, 'offset', 0), 0);
  wanted uuid := line.uuid(p, 'intake'); n integer; found jsonb; bad jsonb;
BEGIN
  SELECT count(*) INTO n FROM leads.intake x WHERE wanted IS NULL OR x.id = wanted;
  SELECT COALESCE(jsonb_agg(jsonb_build_object('intake', i.id, 'programme', i.programme, 'version', i.version, 'name', i.name, 'sha256', i.sha256,
      'rows', i.row_count, 'rejected', i.rejected, 'by', line.accounts_name(i.account), 'at', line.stamp(i.at)) ORDER BY i.at DESC, i.id), '[]')
    INTO found FROM (SELECT * FROM leads.intake x WHERE wanted IS NULL OR x.id = wanted ORDER BY x.at DESC, x.id LIMIT most OFFSET skip) i;
  IF wanted IS NOT NULL AND n = 0 THEN PERFORM line.missing(ctx); END IF;
  SELECT COALESCE(jsonb_agg(jsonb_build_object('row', q.row_number, 'reasons', q.reasons, 'raw', q.raw) ORDER BY q.row_number), '[]')
    INTO bad FROM leads.quarantine q WHERE q.intake = wanted;
  RETURN jsonb_build_object('intakes', found, 'total', n, 'quarantine', bad, '_count', jsonb_array_length(found) + jsonb_array_length(bad));
END
