-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {}
-- result: {items: [{sample, from, to, seed, population, size, judged, specific, vague, unlawful, by, at}]}
BEGIN
  RETURN jsonb_build_object('items', line.oversight_samples());
END
