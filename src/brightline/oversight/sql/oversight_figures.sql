-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {figures: [definition of figures.yml] (up to 60), as_of?: moment, from?: moment}
-- result: {as_of, since, size, root, checkpoint_at, figures: {key: [{cell: [text, text, text], value}]}}; over the
--   entries of the newest checkpoint that was signed by as_of
DECLARE
  moment timestamptz := line.time(p, 'as_of');
  since timestamptz := line.time(p, 'from');
  signed ledger.checkpoint;
BEGIN
  IF jsonb_typeof(p -> 'figures') IS DISTINCT FROM 'array' OR jsonb_array_length(p -> 'figures') > 60
     OR EXISTS (SELECT FROM jsonb_array_elements(p -> 'figures') f WHERE jsonb_typeof(f) <> 'object'
       OR f ->> 'key' IS NULL) THEN
    PERFORM line.bad('figures', 'must be definitions of figures', 'Name a report of the registry.');
  END IF;
  IF moment > clock_timestamp() THEN
    PERFORM line.bad('as_of', 'lies in the future', 'Name a moment that is past.'); END IF;
  IF since > COALESCE(moment, clock_timestamp()) THEN
    PERFORM line.bad('from', 'is later than as_of', 'Swap the two.'); END IF;
  signed := ledger.signed_by(moment);
  IF signed.size IS NULL THEN
    PERFORM line.conflict(ctx, 'no_checkpoint', 'No checkpoint had been signed by then.',
      'Name a later moment; see ledger status.');
  END IF;
  moment := COALESCE(moment, signed.at);
  RETURN jsonb_build_object('as_of', line.stamp(moment), 'since', line.stamp(since), 'size', signed.size,
    'root', replace(encode(signed.root, 'base64'), E'\n', ''), 'checkpoint_at', line.stamp(signed.at),
    'figures', (SELECT jsonb_object_agg(f ->> 'key', ledger.figure(f, signed.size, since, moment))
      FROM jsonb_array_elements(p -> 'figures') f),
    '_count', jsonb_array_length(p -> 'figures'));
END
