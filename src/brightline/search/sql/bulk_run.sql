-- act: search
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- params: {bulk}: looks up the next lines of an approved run, for about two seconds
-- result: as bulk_show; `state` is done when every line was looked up
DECLARE r bulk.request := bulk.find(ctx, p); l bulk.line; one jsonb; shown jsonb := '[]'; n integer := 0;
BEGIN
  r := line.search_bulk_start(ctx, r.id);
  IF r.kind = 'list' THEN
    FOR l IN SELECT * FROM bulk.line x WHERE x.request = r.id AND NOT x.searched ORDER BY x.place LIMIT 200 LOOP
      EXIT WHEN n > 0 AND clock_timestamp() > ctx.at + interval '2 seconds';
      one := bulk.look(ctx, r, l);
      PERFORM line.search_bulk_found(ctx, r, l.place, one, false);
      shown := shown || (SELECT COALESCE(jsonb_agg(DISTINCT m), '[]')
        FROM jsonb_array_elements(one) h, jsonb_array_elements(h -> 'members') m);
      n := n + 1;
    END LOOP;
  ELSE
    SELECT COALESCE(jsonb_agg(jsonb_build_object('entity', e, 'members', jsonb_build_array(e), 'score', 1, 'matched',
      '["attributes"]'::jsonb)), '[]'),
        COALESCE(jsonb_agg(e), '[]') INTO one, shown FROM bulk.matching(r.filters, 10000) e;
    PERFORM line.search_bulk_found(ctx, r, 1, one, false);
  END IF;
  PERFORM line.search_bulk_progress(ctx, r.id);
  RETURN (SELECT bulk.told(x) FROM bulk.request x WHERE x.id = r.id) || jsonb_build_object('_shown', shown, '_count',
    jsonb_build_object('hits', jsonb_array_length(shown)));
END
