-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: optional
-- params: {left, right, verdict: same | different | unsure, reason, score?, parts?}
-- result: {id, verdict, canonical, members}
DECLARE
  one uuid := line.uuid(p, 'left'); other uuid := line.uuid(p, 'right');
  says text := lower(line.need(p, 'verdict', 20)); why text := line.need(p, 'reason', 2000);
  made uuid; members uuid[]; canonical uuid; blocked jsonb;
BEGIN
  IF one IS NULL THEN PERFORM line.bad('left', 'is missing', 'Name both by the ids that lists print.'); END IF;
  IF other IS NULL THEN PERFORM line.bad('right', 'is missing', 'Name both by the ids that lists print.'); END IF;
  IF one = other THEN PERFORM line.bad('right', 'is the same id as left', 'Name two.'); END IF;
  IF NOT says = ANY (ARRAY['same', 'different', 'unsure']) THEN
    PERFORM line.bad('verdict', 'must be same, different or unsure', ''); END IF;
  IF length(why) < 20 THEN
    PERFORM line.refuse(ctx, 'reason', 'A judgement needs its reason: which facts agree, or which differ.',
      'Write at least 20 characters; a name and a birth date alone never make a match.'); END IF;
  IF (SELECT count(DISTINCT a.entity) FROM content.aspect a WHERE a.entity IN (one, other)) < 2 THEN PERFORM line.missing(ctx); END IF;
  -- 'same' may not join what another judgement in force holds apart: that one is answered first.
  IF says = 'same' THEN
    SELECT jsonb_build_object('left', d."left", 'right', d."right", 'by', d.account_name) INTO blocked
      FROM content.judgement d
      WHERE d.verdict = 'different'
        AND d."left" = ANY (ARRAY(SELECT j.member FROM content.joined(ARRAY[one, other]) j))
        AND d."right" = ANY (ARRAY(SELECT j.member FROM content.joined(ARRAY[one, other]) j))
        AND (d."left", d."right") <> (least(one, other), greatest(one, other))
        AND NOT EXISTS (SELECT FROM content.judgement n WHERE n."left" = d."left" AND n."right" = d."right" AND (n.at, n.id) > (d.at, d.id))
      LIMIT 1;
    IF blocked IS NOT NULL THEN
      PERFORM line.conflict(ctx, 'held_apart', format('Two of these are held apart by a judgement of %s.', blocked ->> 'by'),
        'Judge that pair again first, with what is new.'); END IF;
  END IF;
  made := line.resolution_judge(ctx, one, other, says, why,
    CASE WHEN jsonb_typeof(p -> 'score') = 'number' AND pg_input_is_valid(p ->> 'score', 'real') THEN (p ->> 'score')::real END, p -> 'parts',
    ARRAY(SELECT DISTINCT j.member FROM content.joined(ARRAY[one, other]) j));
  SELECT array_agg(DISTINCT j.member), (array_agg(j.canonical))[1] INTO members, canonical FROM content.joined(ARRAY[one]) j;
  RETURN jsonb_build_object('id', made, 'verdict', says, 'canonical', (SELECT content.printed(a.source, a.schema, a.entity)
      FROM content.aspect a WHERE a.entity = canonical ORDER BY a.source LIMIT 1),
    'members', (SELECT jsonb_agg(DISTINCT content.printed(a.source, a.schema, a.entity)) FROM content.aspect a WHERE a.entity = ANY (members)),
    '_shown', to_jsonb(ARRAY[one, other]));
END
