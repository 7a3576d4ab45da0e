-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- token: yes
-- params: {kind: arrests|detentions|removals, name, sha256 (hex), file?: where it lies in the inbox}: a table that the
--   worker reads and takes in under the caller's standing order; without `file` the caller sends the rows
--   (extract_rows)
-- result: {extract, id, kind, state: waiting | open, rows, kept, quarantined, omitted}
DECLARE
  x operations.extract; hash text := line.need(p, 'sha256', 64); lies text := line.text(p, 'file', 2000);
BEGIN
  IF hash !~ '^[0-9a-f]{64}$' THEN PERFORM line.bad('sha256', 'is no hash', 'Send 64 hexadecimal digits.'); END IF;
  IF NOT line.need(p, 'kind', 20) = ANY (ARRAY['arrests', 'detentions', 'removals']) THEN
    PERFORM line.bad('kind', 'is unknown', 'arrests, detentions or removals.'); END IF;
  IF EXISTS (SELECT FROM operations.extract q WHERE q.unit = ctx.unit AND q.regime = ctx.regime
    AND q.kind = p ->> 'kind' AND q.sha256 = decode(hash, 'hex') AND q.state <> 'failed') THEN
    PERFORM line.conflict(ctx, 'there', 'This very table was imported before.', 'See operation extracts.'); END IF;
  INSERT INTO operations.extract (id, unit, regime, kind, name, sha256, rows, kept, account, state, file)
    VALUES (gen_random_uuid(), ctx.unit, ctx.regime, p ->> 'kind', line.need(p, 'name', 255),
      decode(hash, 'hex'), 0, 0, ctx.account,
      CASE WHEN lies IS NULL THEN 'open' ELSE 'waiting' END, lies) RETURNING * INTO x;
  IF lies IS NOT NULL THEN PERFORM line.operations_wait(ctx, x.id); END IF;
  RETURN operations.extract_head(x) || jsonb_build_object('id', x.id);
END
