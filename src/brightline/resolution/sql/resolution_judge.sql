-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are; what was compared goes with it
-- params: {left, right, verdict: same | different | unsure, reason, score?, parts?, despite?: true when births that
--   contradict were seen and explained, cut?: [{left, right}] pairs that are judged different with the same reason}
-- result: {id, verdict, canonical, members, cut}
DECLARE
  one uuid := line.uuid(p, 'left'); other uuid := line.uuid(p, 'right');
  says text := lower(line.need(p, 'verdict', 20)); why text := line.need(p, 'reason', 2000);
  made uuid; members uuid[]; canonical uuid; blocked jsonb; apart text; mine uuid[]; theirs uuid[];
  through jsonb; c jsonb;
  cut jsonb := CASE WHEN jsonb_typeof(p -> 'cut') = 'array' THEN p -> 'cut' ELSE '[]' END; before uuid[];
BEGIN
  IF one IS NULL THEN PERFORM line.bad('left', 'is missing', 'Name both by the ids that lists print.'); END IF;
  IF other IS NULL THEN PERFORM line.bad('right', 'is missing', 'Name both by the ids that lists print.'); END IF;
  IF one = other THEN PERFORM line.bad('right', 'is the same id as left', 'Name two.'); END IF;
  IF NOT says = ANY (ARRAY['same', 'different', 'unsure']) THEN
    PERFORM line.bad('verdict', 'must be same, different or unsure', ''); END IF;
  IF length(why) < 20 THEN
    PERFORM line.refuse(ctx, 'reason', 'A judgement needs its reason: which facts agree, or which differ.',
      'Write at least 20 characters; a name and a birth date alone never make a match.'); END IF;
  IF (SELECT count(DISTINCT a.entity) FROM content.aspect a WHERE a.entity IN (one, other)) < 2 THEN
    PERFORM line.missing(ctx); END IF;
  -- As they are joined before this word, as its author sees it.
  SELECT array_agg(DISTINCT j.member) FILTER (WHERE j.entity = one), array_agg(DISTINCT j.member) FILTER
    (WHERE j.entity = other)
    INTO mine, theirs FROM content.joined(ARRAY[one, other]) j;
  before := ARRAY(SELECT DISTINCT m FROM unnest(mine || theirs) m);
  -- 'same' may not join what another judgement in force holds apart: that one is answered first.
  IF says = 'same' THEN
    SELECT jsonb_build_object('left', d."left", 'right', d."right", 'by', d.account_name) INTO blocked
      FROM content.judgement d
      WHERE d.verdict = 'different'
        AND d."left" = ANY (before) AND d."right" = ANY (before)
        AND (d."left", d."right") <> (least(one, other), greatest(one, other))
        AND NOT EXISTS (SELECT FROM content.judgement n WHERE n."left" = d."left" AND n."right" = d."right"
          AND (n.at, n.id) > (d.at, d.id))
      LIMIT 1;
    IF blocked IS NOT NULL THEN
      PERFORM line.conflict(ctx, 'held_apart',
        format('Two of these are held apart by a judgement of %s.', blocked ->> 'by'),
        'Judge that pair again first, with what is new.'); END IF;
  END IF;
  IF says = 'same' THEN
    apart := content.kinds_apart(mine, theirs);
    IF apart IS NOT NULL THEN
      PERFORM line.refuse(ctx, 'kinds', apart || ' Nothing is both.',
        'Link the two instead, or have the source''s mapping mended.'); END IF;
    apart := content.births_apart(mine, theirs);
    IF apart IS NOT NULL AND NOT line.bool(p, 'despite', false) THEN
      PERFORM line.conflict(ctx, 'births_differ', apart || ' So far they look like two people.',
        'Judge them different or unsure; or, when you know which date is wrong, say so in the reason and judge despite '
        'it.'); END IF;
  END IF;
  -- Two that stand in one chain aren't held apart by a word on their pair: the author says which link was wrong.
  FOR c IN SELECT x FROM jsonb_array_elements(cut) x LOOP
    IF line.uuid(c, 'left') IS NULL OR line.uuid(c, 'right') IS NULL OR line.uuid(c, 'left') = line.uuid(c, 'right')
       OR NOT (line.uuid(c, 'left') = ANY (before) AND line.uuid(c, 'right') = ANY (before)) THEN
      PERFORM line.bad('cut', 'names a pair that joins nothing here',
        'Name a link of the chain as it was told.'); END IF;
  END LOOP;
  IF says = 'different' THEN
    through := content.joined_through(one, other, ARRAY[least(one, other) || '=' || greatest(one, other)]
      || ARRAY(SELECT least(x ->> 'left', x ->> 'right') || '=' || greatest(x ->> 'left', x ->> 'right')
        FROM jsonb_array_elements(cut) x));
    IF through IS NOT NULL THEN
      PERFORM line.conflict(ctx, 'still_joined', format('They would stay one through: %s.',
        (SELECT string_agg(format('%s = %s (by %s)',
          content.named(x.l ->> 'left'), content.named(x.l ->> 'right'), x.l ->> 'by'), '; ' ORDER BY x.at)
            FROM jsonb_array_elements(through) WITH ORDINALITY x(l, at))),
        'Say which of these links is wrong: cut it in the same judgement, or judge that pair different first.'); END IF;
  END IF;
  FOR c IN SELECT x FROM jsonb_array_elements(cut) x LOOP
    PERFORM line.resolution_judge(ctx, line.uuid(c, 'left'), line.uuid(c, 'right'), 'different',
      why, NULL, '[]', before);
  END LOOP;
  made := line.resolution_judge(ctx, one, other, says, why,
    CASE WHEN jsonb_typeof(p -> 'score') = 'number' AND pg_input_is_valid(p ->> 'score', 'real')
      THEN (p ->> 'score')::real END, p -> 'parts', before);
  SELECT array_agg(DISTINCT j.member), (array_agg(j.canonical))[1] INTO members, canonical
    FROM content.joined(ARRAY[one]) j;
  RETURN jsonb_build_object('id', made, 'verdict', says, 'canonical',
    (SELECT content.printed(a.source, a.schema, a.entity)
      FROM content.aspect a WHERE a.entity = canonical ORDER BY a.source LIMIT 1),
    'members', (SELECT jsonb_agg(DISTINCT content.printed(a.source, a.schema, a.entity)) FROM content.aspect a
      WHERE a.entity = ANY (members)),
    'cut', cut, '_shown', to_jsonb(ARRAY[one, other]));
END
