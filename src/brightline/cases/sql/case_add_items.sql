-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {case?, ids: [printed], role?, basis?, note?}
-- result: {added: [ids], already: [ids], people, pointers: [{id, unit, unit_title, contact, kind}]}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  asked text[] := line.texts(p, 'ids', 200);
  role text := lower(line.text(p, 'role', 20));
  why text := COALESCE(line.text(p, 'basis', 4000), '');
  words text := COALESCE(line.text(p, 'note', 2000), '');
  seen jsonb := '[]';
  one jsonb;
  t text;
  fresh uuid[] := '{}';
  already jsonb := '[]';
  people integer := 0;
  person boolean;
BEGIN
  PERFORM cases.working(ctx, f);
  IF asked = '{}' THEN PERFORM line.bad('ids', 'is empty', 'Name at least one id.'); END IF;
  IF role IS NOT NULL AND NOT role = ANY (ARRAY['suspect', 'convicted', 'victim', 'witness', 'associate', 'other']) THEN
    PERFORM line.bad('role', 'is unknown', 'suspect, convicted, victim, witness, associate or other.'); END IF;
  FOREACH t IN ARRAY asked LOOP
    one := cases.seen(t);
    IF one IS NULL THEN PERFORM line.missing(ctx); END IF;
    seen := seen || jsonb_build_array(one);
  END LOOP;
  FOR one IN SELECT DISTINCT e FROM jsonb_array_elements(seen) e LOOP
    person := one -> 'schemata' ? 'Person'
      OR (one -> 'schemata' ? 'LegalEntity'
        AND NOT one -> 'schemata' ?| ARRAY['Organization', 'Company', 'PublicBody']);
    IF person AND role IS NULL THEN
      PERFORM line.refuse(ctx, 'category', 'A person enters a case with a category only.',
        'Say which: suspect, convicted, victim, witness, associate or other, and the basis.'); END IF;
    -- A source's row is in the case once, as the version that it relied on; to rely on the present one, take it out
    -- first.
    IF EXISTS (SELECT FROM cases.item i WHERE i.case_id = f.id AND i.removed IS NULL
      AND (i.object = (one ->> 'id')::uuid
        OR i.kind = 'record' AND one ->> 'kind' = 'record' AND i.printed = one ->> 'printed')) THEN
      already := already || jsonb_build_array(one -> 'printed');
      CONTINUE;
    END IF;
    IF person THEN PERFORM line.search_bulk_guard(ctx, f.id, (one ->> 'id')::uuid, role); END IF;
    INSERT INTO cases.item (case_id, kind, object, printed, note, account)
      VALUES (f.id, one ->> 'kind', (one ->> 'id')::uuid, one ->> 'printed', words, ctx.account);
    IF person OR (role IS NOT NULL
      AND one -> 'schemata' ?| ARRAY['LegalEntity', 'Organization', 'Company', 'PublicBody']) THEN
      IF length(why) < (CASE WHEN role IN ('suspect', 'convicted') THEN 20 ELSE 1 END) THEN
        PERFORM line.refuse(ctx, 'basis', format('Why this is %s isn''t said.', role),
          'State the basis: what supports it, in at least 20 characters for a suspect.'); END IF;
      INSERT INTO cases.person_role (case_id, entity, category, basis, account)
        VALUES (f.id, (one ->> 'id')::uuid, role, why, ctx.account);
      people := people + 1;
    END IF;
    fresh := fresh || (one ->> 'id')::uuid;
    PERFORM line.event(ctx, one ->> 'kind', (one ->> 'id')::uuid, f.id, 'added to the case', NULL,
      jsonb_strip_nulls(jsonb_build_object('id', one ->> 'printed', 'category', role, 'basis', NULLIF(why, ''),
        'note', NULLIF(words, ''))));
  END LOOP;
  UPDATE cases.case_file c SET updated = ctx.at WHERE c.id = f.id;
  PERFORM line.cases_notify(ctx, f.id, fresh);
  RETURN jsonb_build_object('added', (SELECT COALESCE(jsonb_agg(i.printed ORDER BY i.added, i.id),
    '[]') FROM cases.item i
      WHERE i.case_id = f.id AND i.object = ANY (fresh) AND i.removed IS NULL),
    'already', already, 'people', people, 'pointers', line.cases_pointers(ctx, f.id, fresh), '_shown', to_jsonb(fresh));
END
