-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, approver, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {disclosure}
-- result: head with {request, need_to_know, right_to_know, others_justified, rules_accepted, lines: [{id, schema,
--   category, reliability, currency, properties, sources}], notices, changed, manifest}
DECLARE d disclosures.disclosure := disclosures.find(ctx, p); seen jsonb := '[]'; covered uuid[];
BEGIN
  -- Whoever decides sees the values that will leave, as they were fixed; under the case a draft and what is over show
  -- what the purpose sees now. What was sealed or covered meanwhile shows in neither.
  IF d.state IN ('submitted', 'approved', 'sent') AND ctx.kind IN ('case', 'desk') THEN
    seen := COALESCE((SELECT k.lines FROM disclosures.package k WHERE k.disclosure = d.id
      AND k.sha256 = d.package), seen);
  ELSIF ctx.kind = 'case' THEN seen := disclosures.values(d); END IF;
  covered := line.disclosures_covered(ARRAY(SELECT i.entity FROM disclosures.item i WHERE i.disclosure = d.id));
  RETURN disclosures.head(d) || jsonb_build_object('request', d.request, 'need_to_know', d.need_to_know,
    'right_to_know', d.right_to_know,
    'others_justified', d.others_justified, 'rules_accepted', d.rules_accepted, 'manifest', d.manifest,
    'lines', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', i.printed, 'schema', i.schema, 'category', i.category,
        'reliability', i.reliability, 'currency', i.currency, 'properties', (SELECT v -> 'properties'
          FROM jsonb_array_elements(seen) v WHERE v ->> 'id' = i.printed AND NOT i.entity = ANY (covered)),
        'sources', (SELECT v -> 'sources' FROM jsonb_array_elements(seen) v WHERE v ->> 'id' = i.printed))
          ORDER BY i.printed), '[]')
      FROM disclosures.item i WHERE i.disclosure = d.id),
    'notices', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'text', n.text,
      'at', line.stamp(n.at),
        'confirmed', line.stamp(n.confirmed), 'confirmed_by', n.confirmed_by) ORDER BY n.at), '[]')
          FROM disclosures.notice n WHERE n.disclosure = d.id),
    'changed', CASE WHEN ctx.kind = 'case' AND d.digest IS NOT NULL AND d.state IN ('submitted', 'approved')
      THEN disclosures.digest(d) <> d.digest END,
    '_shown', (SELECT COALESCE(jsonb_agg(i.entity), '[]') FROM disclosures.item i WHERE i.disclosure = d.id));
END
