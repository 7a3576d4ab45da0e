-- act: disclosure
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: disclosures.disclosure_read
-- params: {disclosure}: the bytes that were approved leave
-- result: head with {content_base64}
DECLARE d disclosures.disclosure := disclosures.hold(ctx, p);
after text := disclosures.step(ctx, d, 'send'); k disclosures.package;
BEGIN
  k := disclosures.kept_package(ctx, d);
  IF disclosures.digest(d) <> d.digest THEN
    PERFORM line.conflict(ctx, 'changed', 'The records say something else than when this was submitted.',
      'Submit it again: what leaves is what was approved, and what changed is approved anew.'); END IF;
  UPDATE disclosures.disclosure x SET state = after, sent = ctx.at, manifest = k.manifest
    WHERE x.id = d.id RETURNING * INTO d;
  PERFORM disclosures.account_for(ctx, d, d.nature);
  PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, 'sent a disclosure', NULL,
    jsonb_build_object('disclosure', d.number, 'sha256', encode(k.sha256, 'hex'), 'recipient', d.recipient));
  RETURN disclosures.head(d) || jsonb_build_object('content_base64', translate(encode(k.content, 'base64'), E'\n', ''),
    '_shown', (SELECT jsonb_agg(i.entity) FROM disclosures.item i WHERE i.disclosure = d.id),
    '_count', jsonb_build_object('people', d.people -> 'total', 'items', (SELECT count(*) FROM disclosures.item i
      WHERE i.disclosure = d.id)));
END
