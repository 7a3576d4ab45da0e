-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {operation, time, place, officer?, selection: targeted|collateral, authority, basis: warrant|facts, warrant?,
--   facts?, outcome, person: P-code or {name, birth_date?, identifiers?: [{type, value}], category?, note?},
--   status_evidence?: [{kind, source, reliability, found, household?}], looked?, indicia?: [{kind, text}], corrects?:
--   E-code with correction: what was wrong (also after the operation closed)}; a victim or witness: {operation, person:
--   {name, category, note?}} only
-- result: {encounter, operation, person, selection, regime, outcome, flags, corrects?, hold?} or {protected, category,
--   operation}
DECLARE
  o operations.operation := operations.take(ctx, p);
  e operations.encounter;
  old operations.encounter := operations.encounter_corrected(ctx, o, p);
  who operations.person;
  law jsonb;
  held uuid;
  marks jsonb := operations.flags(o, operations.figures(o));
  kind text := CASE WHEN jsonb_typeof(p -> 'person') = 'object'
    THEN COALESCE(line.text(p -> 'person', 'category', 20), 'suspect') ELSE 'suspect' END;
BEGIN
  IF o.state <> 'active' AND NOT (old.id IS NOT NULL AND o.state IN ('closed', 'reviewed')) THEN
    PERFORM line.conflict(ctx, 'state', format('The operation is %s; nobody is met under it.',
      replace(o.state, '_', ' ')), 'Encounters belong to active operations.'); END IF;
  IF kind IN ('victim', 'witness') THEN RETURN operations.protect(ctx, o, p, kind); END IF;
  e := operations.encounter_read(ctx, o, p);
  e.corrects := old.id;
  law := operations.encounter_law(ctx, o, e);
  e.regime := law ->> 'regime';
  PERFORM line.under(ctx, law ->> 'code');
  PERFORM operations.encounter_judge(ctx, o, e);
  who := operations.person_of(ctx, o, CASE WHEN p ? 'person' OR old.id IS NULL THEN p
    ELSE p || jsonb_build_object('person', operations.code('P', old.person)) END);
  IF e.outcome IN ('arrested', 'cited', 'referred') THEN
    PERFORM operations.protected_stop(ctx, who);
    IF who.birth_date IS NOT NULL THEN
      PERFORM line.restrictions_stop(ctx, jsonb_build_array(jsonb_build_object('type', 'person', 'value', who.name ||
        '|' || who.birth_date::text))); END IF;
  END IF;
  IF e.outcome = 'arrested' AND e.regime <> 'criminal' AND jsonb_array_length(COALESCE(p -> 'indicia', '[]')) > 0 THEN
    PERFORM line.refuse(ctx, 'hold', 'Indicia of citizenship or lawful status lock a civil arrest.',
      'Enter the encounter without the arrest, with its indicia: a hold opens, which two people have to clear.');
      END IF;
  IF e.outcome = 'arrested' THEN PERFORM operations.unlocked(ctx, who.id, e.regime); END IF;
  e.person := who.id;
  INSERT INTO operations.encounter (id, operation, person, time, place, officer, selection, authority, regime, basis,
    warrant, facts, outcome,
      status_evidence, looked, account, entry, flags, corrects, correction)
    VALUES (gen_random_uuid(), o.id, who.id, e.time, e.place, e.officer, e.selection, law ->> 'code', e.regime,
      e.basis, e.warrant, e.facts,
      e.outcome, e.status_evidence, e.looked, ctx.account, ctx.entry, operations.encounter_flags(o, e, who), old.id,
        CASE WHEN old.id IS NOT NULL THEN line.text(p, 'correction', 2000) END)
    RETURNING * INTO e;
  held := operations.hold_open(ctx, o, e, p);
  PERFORM line.operations_tell(ctx, o.number,
    ARRAY(SELECT jsonb_array_elements_text(operations.flags(o, operations.figures(o))) EXCEPT
    SELECT jsonb_array_elements_text(marks)));
  PERFORM operations.history(ctx, o, CASE WHEN old.id IS NULL THEN 'encounter' ELSE 'encounter corrected'
    END, NULL, jsonb_build_object('encounter', operations.code('E', e.id), 'outcome', e.outcome,
    'selection', e.selection, 'hold', held IS NOT NULL, 'flags', e.flags, 'corrects', operations.code('E', old.id)));
  RETURN jsonb_strip_nulls(jsonb_build_object('encounter', operations.code('E', e.id), 'operation', o.number, 'person',
    operations.code('P', who.id),
    'selection', e.selection, 'regime', e.regime, 'outcome', e.outcome, 'flags', e.flags, 'corrects',
      operations.code('E', old.id),
    'hold', CASE WHEN held IS NOT NULL THEN operations.code('H', held) END, '_shown', jsonb_build_array(who.id),
    '_count', jsonb_build_object('encounters', CASE WHEN old.id IS NULL THEN 1 ELSE 0
      END, 'flags', cardinality(e.flags), 'arrests', operations.arrest_counts(old, e))));
END
