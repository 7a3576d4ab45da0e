-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {readings: [{document, state, reason, format, pages, kept, characters, by, at}]}; a document that is not among them is unread
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object('readings', (SELECT COALESCE(jsonb_agg(jsonb_build_object('document', r.document, 'state', r.state,
      'reason', r.reason, 'format', r.format, 'pages', r.pages, 'kept', r.kept, 'characters', r.characters,
      'by', line.accounts_name(r.account), 'at', line.stamp(r.at)) ORDER BY r.at, r.document), '[]')
    FROM documents.reading r WHERE r.case_id = f.id));
END
