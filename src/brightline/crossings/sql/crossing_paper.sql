-- act: view
-- kind: query
-- roles: approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- params: {crossing, document}: the order or form that the request names
-- result: {id, name, media_type, size, sha256, content_base64}
BEGIN
  RETURN line.crossing_paper(ctx, p);
END
