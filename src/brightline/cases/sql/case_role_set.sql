-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.item_read
-- params: {case?, id, role, basis, document?}
-- result: {id, category, was}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  i cases.item := cases.held_item(ctx, f, p);
  role text := lower(line.need(p, 'role', 20));
  why text := COALESCE(line.text(p, 'basis', 4000), '');
  paper uuid := line.uuid(p, 'document');
  was text;
BEGIN
  PERFORM cases.working(ctx, f);
  IF NOT role = ANY (ARRAY['suspect', 'convicted', 'victim', 'witness', 'associate', 'other']) THEN
    PERFORM line.bad('role', 'is unknown', 'suspect, convicted, victim, witness, associate or other.'); END IF;
  IF i.kind <> 'entity' THEN PERFORM line.bad('id', 'is a record, not a person', 'Name the person.'); END IF;
  IF paper IS NOT NULL AND NOT EXISTS (SELECT FROM cases.document d WHERE d.id = paper AND d.case_id = f.id) THEN
    PERFORM line.missing(ctx); END IF;
  SELECT r.category INTO was FROM cases.person_role r WHERE r.case_id = f.id
    AND r.entity = i.object AND r.to_time IS NULL;
  IF length(why) < (CASE WHEN role IN ('suspect', 'convicted') THEN 20 ELSE 1 END) THEN
    PERFORM line.refuse(ctx, 'basis', format('Why this person is %s isn''t said.', role), 'State the basis.'); END IF;
  IF was IN ('victim', 'witness') AND role IN ('suspect', 'convicted') THEN
    IF length(why) < 40 THEN
      PERFORM line.refuse(ctx, 'promotion', format('A %s can''t become %s without a predicate.', was, role),
        'State the facts in at least 40 characters.'); END IF;
    IF f.regime = 'criminal' AND paper IS NULL THEN
      PERFORM line.refuse(ctx, 'promotion', format('A %s can''t become %s without a document of this case.', was, role),
        'Add the document to the case and name its id.'); END IF;
  END IF;
  PERFORM line.search_bulk_guard(ctx, f.id, i.object, role);
  UPDATE cases.person_role r SET to_time = clock_timestamp() WHERE r.case_id = f.id
    AND r.entity = i.object AND r.to_time IS NULL;
  INSERT INTO cases.person_role (case_id, entity, category, basis, document, account)
    VALUES (f.id, i.object, role, why, paper, ctx.account);
  PERFORM line.event(ctx, 'entity', i.object, f.id, 'set the category', jsonb_build_object('category', was),
    jsonb_build_object('id', i.printed, 'category', role, 'basis', why, 'document', paper));
  RETURN jsonb_build_object('id', i.printed, 'category', role, 'was', was, '_shown', jsonb_build_array(i.object));
END
