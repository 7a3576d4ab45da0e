-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {documents: [{id, name, media_type, size, sha256, purpose, by, at, also: further names under which the same
--   bytes were added}]}
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object('documents', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name,
      'media_type', d.media_type, 'size', d.size, 'sha256', encode(d.sha256, 'hex'), 'purpose', d.purpose,
      'by', line.accounts_name(d.account), 'at', line.stamp(d.at),
      'also', COALESCE(also.names, '[]')) ORDER BY d.at, d.id), '[]')
    FROM cases.document d LEFT JOIN (SELECT e.object_id, jsonb_agg(DISTINCT e.new ->> 'name') AS names
      FROM content.event e WHERE e.case_id = f.id
      AND e.object_kind = 'document' AND e.what = 'added the same document again' GROUP BY 1) also
        ON also.object_id = d.id
    WHERE d.case_id = f.id));
END
