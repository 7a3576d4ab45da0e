-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.item_read
-- params: {case?, id, reason}
-- result: {removed: id}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  i cases.item := cases.held_item(ctx, f, p);
  why text := line.need(p, 'reason', 2000);
BEGIN
  PERFORM cases.working(ctx, f);
  UPDATE cases.item x SET removed = clock_timestamp() WHERE x.id = i.id;
  PERFORM line.cases_match_due(f.id, 'items', f.id);
  UPDATE cases.person_role r SET to_time = clock_timestamp() WHERE r.case_id = f.id
    AND r.entity = i.object AND r.to_time IS NULL;
  PERFORM line.event(ctx, i.kind, i.object, f.id, 'took out of the case', jsonb_build_object('id', i.printed),
    jsonb_build_object('reason', why));
  RETURN jsonb_build_object('removed', i.printed, '_shown', jsonb_build_array(i.object));
END
