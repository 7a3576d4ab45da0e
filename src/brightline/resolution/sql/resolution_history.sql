-- act: view
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {id, limit? = 50 (1–200), offset?}
-- result: {members, judgements: [{id, left, right, verdict, reason, score, parts, by, at, counts, marking}], total,
--   cards: {entity: card}, markings}
DECLARE
  wanted uuid := line.uuid(p, 'id'); members uuid[]; judged jsonb; named uuid[]; cards jsonb;
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := GREATEST(line.int(p, 'offset', 0), 0);
BEGIN
  IF wanted IS NULL THEN PERFORM line.bad('id', 'is missing', 'Name the entity by the id that a list printed.'); END IF;
  SELECT array_agg(DISTINCT j.member) INTO members FROM content.joined(ARRAY[wanted]) j;
  IF members IS NULL THEN PERFORM line.missing(ctx); END IF;
  judged := content.judged(members, most, skip);
  named := ARRAY(SELECT DISTINCT x::uuid FROM jsonb_array_elements(judged) j, unnest(ARRAY[j ->> 'left', j ->> 'right'])
    x UNION SELECT unnest(members));
  SELECT COALESCE(jsonb_object_agg(c.canonical, c.card), '{}') INTO cards FROM content.cards(named, named) c;
  RETURN jsonb_build_object('members', to_jsonb(members), 'judgements', judged,
    'total', (SELECT count(*) FROM content.judgement x WHERE x."left" = ANY (members)
      OR x."right" = ANY (members)), 'cards', cards,
    'markings', line.marking_words(ARRAY(SELECT DISTINCT m::integer
      FROM jsonb_each(cards) c, jsonb_array_elements_text(c.value -> 'markings') m)),
    '_shown', to_jsonb(named));
END
