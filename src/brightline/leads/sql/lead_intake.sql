-- act: change
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- token: yes
-- params: {programme, name, sha256, content_base64: JSON {rows: [{row, key, title, received, priority, properties, identifiers, narrative, claim, associates}], rejected: [{row, reasons, raw}]}}
-- result: {intake, programme, version, rows, accepted, known, rejected, linked, held, leads: [number], faults: [{row, reasons}]}
DECLARE
  g leads.programme; called text := lower(line.need(p, 'programme', 63)); packed text := line.need(p, 'content_base64', 20000000);
  batch jsonb; given jsonb; f leads.lead; fault text; made uuid := gen_random_uuid();
  accepted integer := 0; known integer := 0; linked integer := 0; held integer := 0; numbers text[] := '{}'; shown jsonb := '[]';
BEGIN
  SELECT * INTO g FROM leads.programme x WHERE x.name = called AND x.version = leads.version_now(called);
  IF g.name IS NULL OR g.unit <> ctx.unit THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.under(ctx, g.authority);
  fault := line.leads_source_fault(g.source, g.regime, g.unit);
  IF fault IS NOT NULL THEN PERFORM line.refuse(ctx, 'source', fault, 'A steward has to renew its agreement or assessment.'); END IF;
  BEGIN
    batch := convert_from(decode(packed, 'base64'), 'UTF8')::jsonb;
  EXCEPTION WHEN data_exception OR invalid_text_representation THEN batch := NULL;
  END;
  IF jsonb_typeof(batch -> 'rows') IS DISTINCT FROM 'array' OR jsonb_typeof(batch -> 'rejected') IS DISTINCT FROM 'array'
     OR jsonb_array_length(batch -> 'rows') + jsonb_array_length(batch -> 'rejected') > 2000 THEN
    PERFORM line.bad('content_base64', 'holds no rows of leads', 'Send a CSV of at most 2,000 rows.'); END IF;
  INSERT INTO leads.intake (id, programme, version, unit, name, sha256, row_count, rejected, account)
    VALUES (made, g.name, g.version, g.unit, line.need(p, 'name', 255), line.need(p, 'sha256', 64),
      jsonb_array_length(batch -> 'rows') + jsonb_array_length(batch -> 'rejected'), jsonb_array_length(batch -> 'rejected'), ctx.account);
  INSERT INTO leads.quarantine (intake, unit, row_number, reasons, raw)
    SELECT made, g.unit, (r ->> 'row')::integer, r -> 'reasons', r -> 'raw' FROM jsonb_array_elements(batch -> 'rejected') r;
  FOR given IN SELECT * FROM jsonb_array_elements(batch -> 'rows') LOOP
    IF EXISTS (SELECT FROM leads.lead x WHERE x.programme = g.name AND x.source_key = given ->> 'key') THEN
      known := known + 1;
      CONTINUE;
    END IF;
    f := leads.begun(ctx, g, given, made);
    accepted := accepted + 1; numbers := numbers || f.number; shown := shown || to_jsonb(f.subject);
    IF EXISTS (SELECT FROM leads.lead x WHERE x.subject = f.subject AND x.id <> f.id) THEN linked := linked + 1; END IF;
    IF given ->> 'claim' <> '' THEN held := held + 1; END IF;
  END LOOP;
  RETURN jsonb_build_object('intake', made, 'programme', g.name, 'version', g.version, 'rows', jsonb_array_length(batch -> 'rows') + jsonb_array_length(batch -> 'rejected'),
    'accepted', accepted, 'known', known, 'rejected', jsonb_array_length(batch -> 'rejected'), 'linked', linked, 'held', held, 'leads', numbers,
    'faults', (SELECT COALESCE(jsonb_agg(jsonb_build_object('row', r -> 'row', 'reasons', r -> 'reasons')), '[]') FROM jsonb_array_elements(batch -> 'rejected') r),
    '_shown', shown);
END
