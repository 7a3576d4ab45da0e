-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {}
-- result: {items: [{sample, from, to, seed, checkpoint, population, size, crossings, judged, sound, vague,
--   not_supported, by, at}]}
BEGIN
  RETURN jsonb_build_object('items', line.oversight_samples());
END
