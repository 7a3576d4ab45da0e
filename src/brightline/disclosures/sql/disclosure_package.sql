-- act: disclosure
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: the bytes that were sent, once more: nothing is changed
-- params: {disclosure}: the bytes that were sent, once more; each time accounted for
-- result: head with {content_base64}
DECLARE d disclosures.disclosure := disclosures.hold(ctx, p); k disclosures.package;
BEGIN
  IF d.state <> 'sent' THEN
    PERFORM line.conflict(ctx, 'state', format('The disclosure is %s.', d.state),
      'A package can be fetched after it was sent, until it is recalled.'); END IF;
  k := disclosures.kept_package(ctx, d);
  IF EXISTS (SELECT FROM disclosures.item i WHERE i.disclosure = d.id AND NOT EXISTS (SELECT FROM content.aspect a
    WHERE a.entity = i.entity)) THEN
    PERFORM line.conflict(ctx, 'withheld', 'Something in the package can''t be seen under this purpose any more.',
      'Recall it, or prepare a new disclosure without that.'); END IF;
  PERFORM disclosures.account_for(ctx, d, d.nature || ' (fetched again)');
  PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, 'fetched a sent package again', NULL,
    jsonb_build_object('disclosure', d.number, 'sha256', encode(k.sha256, 'hex')));
  RETURN disclosures.head(d) || jsonb_build_object('content_base64', translate(encode(k.content, 'base64'), E'\n', ''),
    '_shown', (SELECT jsonb_agg(i.entity) FROM disclosures.item i WHERE i.disclosure = d.id),
    '_count', jsonb_build_object('people', d.people -> 'total', 'items', (SELECT count(*) FROM disclosures.item i
      WHERE i.disclosure = d.id)));
END
