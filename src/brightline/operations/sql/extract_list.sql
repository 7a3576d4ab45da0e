-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {}
-- result: {extracts: [{extract, kind, name, rows, kept, quarantined, omitted, by, at}]}
DECLARE
  found jsonb;
BEGIN
  SELECT COALESCE(jsonb_agg(operations.extract_head(x) ORDER BY x.at DESC, x.id), '[]') INTO found
    FROM operations.extract x;
  RETURN jsonb_build_object('extracts', found, '_count', jsonb_array_length(found));
END
