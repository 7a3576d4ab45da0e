-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {figures: [definition of figures.yml] (up to 60), as_of?: moment, from?: moment}
-- result: {as_of, since, size, root, checkpoint_at, figures: {key: [{cell: [text, text, text], value}]}}; over the
--   entries of the newest checkpoint that was signed by as_of
DECLARE asked record;
BEGIN
  SELECT * INTO asked FROM ledger.figures_asked(ctx, p);
  RETURN asked.told || jsonb_build_object('figures',
    (SELECT jsonb_object_agg(f ->> 'key', ledger.figure(f, asked.size, asked.since, asked.moment))
      FROM jsonb_array_elements(p -> 'figures') f));
END
