-- act: export
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- params: {disclosure}
-- result: {head, lines: [{id, schema, category, reliability, properties, sources}], digest}
DECLARE d disclosures.disclosure := disclosures.find(ctx, p);
BEGIN
  IF d.state NOT IN ('approved', 'sent') THEN
    PERFORM line.conflict(ctx, 'state', format('The disclosure is %s.', d.state), 'Only an approved one makes a package.'); END IF;
  RETURN jsonb_build_object('head', disclosures.head(d), 'lines', disclosures.values(d), 'digest', encode(disclosures.digest(d), 'hex'),
    '_shown', (SELECT jsonb_agg(i.entity) FROM disclosures.item i WHERE i.disclosure = d.id));
END
