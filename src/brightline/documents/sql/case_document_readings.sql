-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {readings: [{document, state, reason, whole, format, pages, kept, characters, by, at}]}; one that is
--   `waiting` is being read, one that is `stopped` isn't, as its reason says; a document that is not among them is
--   unread; of one that isn't `whole` the reason says what is missing, or what the page hides
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object('readings', (SELECT COALESCE(jsonb_agg(t.told ORDER BY t.at, t.document), '[]') FROM (
    SELECT d.id AS document, d.at, documents.told(d.id) AS told FROM cases.document d WHERE d.case_id = f.id) t
      WHERE t.told IS NOT NULL));
END
