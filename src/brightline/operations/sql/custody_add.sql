-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {person: P-code, event: book_in|release|transfer|removal|disposition|detain|void, time, facility? (book_in,
--   transfer, detain), reason? (release, removal, disposition), authority? (book_in: another of the arrest's regime;
--   detain: the law that takes the person over), basis?, status_evidence?, looked? (detain), corrects?: C-code with
--   correction: what was wrong; the event stands in its place, `void` stands for nothing}
-- result: {person, operation, event, code, stay?, facility?, authority?, regime?, book_in?, book_out?, release_reason?,
--   corrects?, stopped?: in custody elsewhere; supervisors and overseers are told}
DECLARE
  who operations.person := operations.met(ctx, line.need(p, 'person', 40));
  o operations.operation;
  event text := line.need(p, 'event', 20);
  t timestamptz := operations.happened(ctx, p);
  old operations.custody_event;
  left_ operations.custody_stay;
  s operations.custody_stay;
  kept uuid[] := '{}';
  v operations.custody_event;
BEGIN
  SELECT * INTO o FROM operations.operation x
    WHERE x.id = COALESCE((operations.stay_now(who.id)).operation, (operations.last_arrest(who.id)).operation,
      who.operation) FOR UPDATE;
  PERFORM line.under(ctx, operations.authority(o.id));
  IF NOT event = ANY (ARRAY['book_in', 'release', 'transfer', 'removal', 'disposition', 'detain', 'void']) THEN
    PERFORM line.bad('event', 'is unknown',
      'book_in, release, transfer, removal, disposition, detain or void.'); END IF;
  IF p ? 'corrects' OR event = 'void' THEN old := operations.custody_void(ctx, who, p); END IF;
  IF event = 'book_in' THEN
    kept := line.operations_kept(who.id, t);
    IF operations.kept_here(kept) THEN PERFORM operations.kept_refuse(ctx, kept); END IF;
    -- Another unit's stay isn't told of here: the event says that it was stopped, and those are told who may speak.
    IF kept <> '{}' THEN event := 'stopped';
    PERFORM line.operations_stopped(ctx, o.number, operations.code('P', who.id), kept); END IF;
  END IF;
  IF event IN ('release', 'transfer', 'removal', 'disposition', 'detain')
    THEN left_ := operations.stay_leave(ctx, who, event, t, p); s := left_; END IF;
  IF event IN ('book_in', 'transfer') THEN s := operations.stay_enter(ctx, who, event, t, p, left_); END IF;
  IF event = 'detain' THEN s := operations.stay_detain(ctx, who, t, p, left_); END IF;
  PERFORM line.under(ctx, COALESCE(s.authority, operations.authority(o.id)));
  INSERT INTO operations.custody_event (operation, person, stay, kind, time, detail, account, corrects, former,
    authority, evidence, flags)
    VALUES (o.id, who.id, s.id, event, t, COALESCE(line.text(p, 'correction', 2000), line.text(p, 'basis', 2000),
      line.text(p, 'reason', 500), line.text(p, 'facility', 200), ''),
      ctx.account, old.id, CASE WHEN event IN ('transfer', 'detain') THEN left_.id END, s.authority,
      CASE event WHEN 'detain' THEN operations.evidence_read(p) ELSE '[]' END,
      array_remove(ARRAY[CASE WHEN event = 'detain' AND s.regime <> left_.regime THEN 'regime_changed' END, CASE event
        WHEN 'stopped' THEN 'held_elsewhere' END], NULL))
    RETURNING * INTO v;
  IF 'regime_changed' = ANY (v.flags) THEN PERFORM line.operations_tell(ctx, o.number, v.flags); END IF;
  PERFORM operations.history(ctx, o, 'custody: ' || replace(event, '_', ' '), NULL, jsonb_build_object('person',
    operations.code('P', who.id), 'corrects', operations.code('C', old.id)));
  RETURN jsonb_strip_nulls(jsonb_build_object('person', operations.code('P', who.id), 'operation', o.number, 'event',
    event, 'code', operations.code('C', v.id),
    'stay', operations.code('S', s.id), 'facility', s.facility, 'authority', s.authority, 'regime', s.regime,
      'book_in', line.stamp(s.book_in),
    'book_out', line.stamp(s.book_out), 'release_reason', s.release_reason, 'corrects', operations.code('C', old.id),
    'stopped', CASE event WHEN 'stopped' THEN true END, '_shown', jsonb_build_array(who.id), '_count',
      jsonb_build_object('custody', CASE WHEN old.id IS NULL
      THEN jsonb_build_object(event, 1) ELSE jsonb_build_object(old.kind, -1) || jsonb_build_object(event, CASE event
        WHEN old.kind THEN 0 ELSE 1 END) END)));
END
