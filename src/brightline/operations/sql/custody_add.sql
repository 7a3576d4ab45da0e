-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: desk
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {person: P-code, event: book_in|release|transfer|removal|disposition, time, facility? (book_in, transfer), reason? (release, removal, disposition), authority? (book_in)}
-- result: {person, operation, event, stay?, facility?, book_in?, book_out?, release_reason?}
DECLARE
  who operations.person := operations.met(ctx, line.need(p, 'person', 40));
  o operations.operation;
  event text := line.need(p, 'event', 20);
  t timestamptz := operations.happened(ctx, p);
  s operations.custody_stay;
BEGIN
  SELECT * INTO o FROM operations.operation x WHERE x.id = who.operation FOR UPDATE;
  PERFORM line.under(ctx, operations.authority(o.id));
  IF NOT event = ANY (ARRAY['book_in', 'release', 'transfer', 'removal', 'disposition']) THEN
    PERFORM line.bad('event', 'is unknown', 'book_in, release, transfer, removal or disposition.'); END IF;
  IF event <> 'book_in' THEN s := operations.stay_leave(ctx, who, event, t, p); END IF;
  IF event IN ('book_in', 'transfer') THEN s := operations.stay_enter(ctx, who, event, t, p, s); END IF;
  PERFORM line.under(ctx, s.authority);
  INSERT INTO operations.custody_event (operation, person, stay, kind, time, detail, account) VALUES (o.id, who.id, s.id, event, t,
    COALESCE(line.text(p, 'reason', 500), line.text(p, 'facility', 200), ''), ctx.account);
  PERFORM operations.history(ctx, o, 'custody: ' || replace(event, '_', ' '), NULL, jsonb_build_object('person', operations.code('P', who.id)));
  RETURN jsonb_strip_nulls(jsonb_build_object('person', operations.code('P', who.id), 'operation', o.number, 'event', event,
    'stay', CASE WHEN s.id IS NOT NULL THEN operations.code('S', s.id) END, 'facility', s.facility, 'book_in', line.stamp(s.book_in),
    'book_out', line.stamp(s.book_out), 'release_reason', s.release_reason,
    '_shown', jsonb_build_array(who.id), '_count', jsonb_build_object('custody', jsonb_build_object(event, 1))));
END
