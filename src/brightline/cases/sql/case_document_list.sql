-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {documents: [{id, name, media_type, size, sha256, purpose, by, at}]}
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object('documents', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name,
      'media_type', d.media_type, 'size', d.size, 'sha256', encode(d.sha256, 'hex'), 'purpose', d.purpose,
      'by', line.accounts_name(d.account), 'at', line.stamp(d.at)) ORDER BY d.at, d.id), '[]')
    FROM cases.document d WHERE d.case_id = f.id));
END
