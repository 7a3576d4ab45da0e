-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- token: yes
-- params: {kind: arrests|detentions|removals, name, sha256 (hex), rows: n, omitted: [columns], content_base64: {kept: [{row, day, until?, values}], faults: [{row, column, value, reason}]}}: made by operations.commands.extract_import
-- result: {extract, kind, rows, kept, quarantined, omitted, faults}
DECLARE
  x operations.extract;
  hash text := line.need(p, 'sha256', 64);
  bad integer;
  told text := convert_from(decode(line.need(p, 'content_base64', 200000000), 'base64'), 'UTF8');
  c jsonb;
BEGIN
  -- Packed, so that the log keeps the hash of a table's rows and not the rows.
  IF NOT pg_input_is_valid(told, 'jsonb') THEN PERFORM line.bad('content', 'is no table', 'Import by operation import.'); END IF;
  c := told::jsonb;
  IF hash !~ '^[0-9a-f]{64}$' THEN PERFORM line.bad('sha256', 'is no hash', 'Send 64 hexadecimal digits.'); END IF;
  IF NOT line.need(p, 'kind', 20) = ANY (ARRAY['arrests', 'detentions', 'removals']) THEN
    PERFORM line.bad('kind', 'is unknown', 'arrests, detentions or removals.'); END IF;
  IF EXISTS (SELECT FROM operations.extract q WHERE q.unit = ctx.unit AND q.regime = ctx.regime AND q.kind = p ->> 'kind' AND q.sha256 = decode(hash, 'hex')) THEN
    PERFORM line.conflict(ctx, 'there', 'This very table was imported before.', 'See operation extracts.'); END IF;
  INSERT INTO operations.extract (id, unit, regime, kind, name, sha256, rows, kept, omitted, account)
    VALUES (gen_random_uuid(), ctx.unit, ctx.regime, p ->> 'kind', line.need(p, 'name', 255), decode(hash, 'hex'), line.int(p, 'rows', 0),
      (SELECT count(*) FROM operations.rows(c, 'kept', 200000)), line.texts(p, 'omitted', 200), ctx.account) RETURNING * INTO x;
  INSERT INTO operations.extract_row (extract, row, day, until, values)
    SELECT x.id, (k ->> 'row')::integer, (k ->> 'day')::date, (k ->> 'until')::date, k -> 'values' FROM operations.rows(c, 'kept', 200000) k;
  INSERT INTO operations.extract_fault (extract, row, "column", value, reason)
    SELECT x.id, (k ->> 'row')::integer, k ->> 'column', left(k ->> 'value', 200), k ->> 'reason' FROM operations.rows(c, 'faults', 200000) k;
  SELECT count(DISTINCT f.row) INTO bad FROM operations.extract_fault f WHERE f.extract = x.id;
  RETURN operations.extract_head(x) || jsonb_build_object('faults', operations.extract_faults(x.id, 50, 0), 'faults_total',
    (SELECT count(*) FROM operations.extract_fault q WHERE q.extract = x.id),
    '_count', jsonb_build_object('extract', jsonb_build_object(x.kind, x.kept), 'quarantined', bad));
END
