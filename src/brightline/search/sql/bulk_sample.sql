-- act: search
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- params: {bulk}
-- result: as bulk_show; the drawn lines are looked up, their matches wait to be judged
DECLARE r bulk.request := bulk.find(ctx, p); l bulk.line; one jsonb; shown jsonb := '[]';
BEGIN
  r := line.search_bulk_draw(ctx, r.id);
  IF r.kind = 'list' THEN
    FOR l IN SELECT * FROM bulk.line x WHERE x.request = r.id AND x.sampled ORDER BY x.place LOOP
      one := bulk.look(ctx, r, l);
      PERFORM line.search_bulk_found(ctx, r, l.place, one, true);
      shown := shown || (SELECT COALESCE(jsonb_agg(DISTINCT m), '[]')
        FROM jsonb_array_elements(one) h, jsonb_array_elements(h -> 'members') m);
    END LOOP;
  ELSE
    SELECT COALESCE(jsonb_agg(jsonb_build_object('entity', d.e, 'members', jsonb_build_array(d.e), 'score', 1,
      'matched', '["attributes"]'::jsonb)), '[]'),
        COALESCE(jsonb_agg(d.e), '[]') INTO one, shown
      FROM (SELECT e FROM bulk.matching(r.filters, 10000) e ORDER BY sha256(r.seed || uuid_send(e)) LIMIT r.sample) d;
    PERFORM line.search_bulk_found(ctx, r, 1, one, true);
  END IF;
  PERFORM line.search_bulk_measure(ctx, r.id);
  RETURN (SELECT bulk.told(x) FROM bulk.request x WHERE x.id = r.id) || jsonb_build_object('_shown', shown,
    '_count', jsonb_build_object('sample', r.sample, 'seed', encode(r.seed, 'hex'), 'hits', jsonb_array_length(shown)));
END
