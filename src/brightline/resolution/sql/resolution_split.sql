-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {id, reason}: takes this one out of everything that it was judged the same as
-- result: {id, apart: [printed ids]}
DECLARE
  one uuid := line.uuid(p, 'id'); why text := line.need(p, 'reason', 2000);
  others uuid[]; members uuid[]; o uuid;
BEGIN
  IF one IS NULL THEN PERFORM line.bad('id', 'is missing', 'Name the entity by the id that a list printed.'); END IF;
  IF length(why) < 20 THEN PERFORM line.refuse(ctx, 'reason', 'A split needs its reason.',
    'Say in at least 20 characters what differs.'); END IF;
  IF NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = one) THEN PERFORM line.missing(ctx); END IF;
  others := ARRAY(SELECT DISTINCT CASE WHEN j."left" = one THEN j."right" ELSE j."left" END FROM content.judgement j
    WHERE one IN (j."left", j."right") AND j.verdict = 'same'
      AND NOT EXISTS (SELECT FROM content.judgement n WHERE n."left" = j."left" AND n."right" = j."right"
        AND (n.at, n.id) > (j.at, j.id)));
  IF cardinality(others) = 0 THEN
    PERFORM line.conflict(ctx, 'single', 'This entity isn''t joined with another by a judgement that you may see.',
      'There is nothing to split.'); END IF;
  -- As they were joined when the author looked: each of the pairs is judged on the same merged entity.
  members := ARRAY(SELECT DISTINCT j.member FROM content.joined(ARRAY[one]) j);
  FOREACH o IN ARRAY others LOOP
    PERFORM line.resolution_judge(ctx, one, o, 'different', why, NULL, '[]', members);
  END LOOP;
  RETURN jsonb_build_object('id', (SELECT content.printed(a.source, a.schema, a.entity) FROM content.aspect a
    WHERE a.entity = one ORDER BY a.source LIMIT 1),
    'apart', (SELECT COALESCE(jsonb_agg(DISTINCT content.printed(a.source, a.schema, a.entity)), '[]')
      FROM content.aspect a WHERE a.entity = ANY (others)),
    '_shown', to_jsonb(others || one));
END
