-- act: disclosure
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: disclosures.disclosure_read
-- params: {disclosure, sha256, manifest, digest}
-- result: head
DECLARE
  d disclosures.disclosure := disclosures.hold(ctx, p); after text := disclosures.step(ctx, d, 'send');
  hash text := lower(line.need(p, 'sha256', 64));
BEGIN
  IF hash !~ '^[0-9a-f]{64}$' THEN PERFORM line.bad('sha256', 'is no SHA-256', ''); END IF;
  IF disclosures.digest(d) <> d.digest OR line.need(p, 'digest', 64) <> encode(d.digest, 'hex') THEN
    PERFORM line.conflict(ctx, 'changed', 'The records say something else than when this was submitted.',
      'Prepare it again: what leaves is what was approved.'); END IF;
  UPDATE disclosures.disclosure x SET state = after, sent = ctx.at, package = decode(hash, 'hex'), manifest = p -> 'manifest'
    WHERE x.id = d.id RETURNING * INTO d;
  INSERT INTO disclosures.accounting (disclosure, entity, nature, purpose, recipient, address, authority, fields, keep_until)
    SELECT d.number, i.entity, d.nature, d.purpose, d.recipient, d.address, d.authority, d.fields, (CURRENT_DATE + interval '6 years')::date
    FROM disclosures.item i WHERE i.disclosure = d.id;
  PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, 'sent a disclosure', NULL, jsonb_build_object('disclosure', d.number, 'sha256', hash, 'recipient', d.recipient));
  RETURN disclosures.head(d) || jsonb_build_object('_shown', (SELECT jsonb_agg(i.entity) FROM disclosures.item i WHERE i.disclosure = d.id),
    '_count', jsonb_build_object('people', d.people -> 'total', 'items', (SELECT count(*) FROM disclosures.item i WHERE i.disclosure = d.id)));
END
