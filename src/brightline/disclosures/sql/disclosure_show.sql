-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, approver, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {disclosure}
-- result: head with {request, need_to_know, right_to_know, others_justified, rules_accepted, lines: [{id, schema, category, reliability, currency, properties, sources}], notices, changed, manifest}
DECLARE d disclosures.disclosure := disclosures.find(ctx, p); seen jsonb := '[]';
BEGIN
  -- Values show where the purpose sees the content itself; a desk decides on kinds, categories and fields.
  IF ctx.kind = 'case' THEN seen := disclosures.values(d); END IF;
  RETURN disclosures.head(d) || jsonb_build_object('request', d.request, 'need_to_know', d.need_to_know, 'right_to_know', d.right_to_know,
    'others_justified', d.others_justified, 'rules_accepted', d.rules_accepted, 'manifest', d.manifest,
    'lines', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', i.printed, 'schema', i.schema, 'category', i.category,
        'reliability', i.reliability, 'currency', i.currency, 'properties', (SELECT v -> 'properties' FROM jsonb_array_elements(seen) v WHERE v ->> 'id' = i.printed),
        'sources', (SELECT v -> 'sources' FROM jsonb_array_elements(seen) v WHERE v ->> 'id' = i.printed)) ORDER BY i.printed), '[]')
      FROM disclosures.item i WHERE i.disclosure = d.id),
    'notices', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'text', n.text, 'at', line.stamp(n.at),
        'confirmed', line.stamp(n.confirmed), 'confirmed_by', n.confirmed_by) ORDER BY n.at), '[]') FROM disclosures.notice n WHERE n.disclosure = d.id),
    'changed', CASE WHEN ctx.kind = 'case' AND d.digest IS NOT NULL AND d.state IN ('submitted', 'approved') THEN disclosures.digest(d) <> d.digest END,
    '_shown', (SELECT COALESCE(jsonb_agg(i.entity), '[]') FROM disclosures.item i WHERE i.disclosure = d.id));
END
