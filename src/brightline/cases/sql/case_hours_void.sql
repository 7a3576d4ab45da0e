-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: one's own, which nobody else changes
-- params: {case?, hours, reason}: one's own; the row stays and no longer counts
-- result: {id}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  wanted uuid := line.uuid(p, 'hours');
  found cases.hours;
  why text;
BEGIN
  SELECT * INTO found FROM cases.hours h WHERE h.id = wanted AND h.case_id = f.id
    AND h.account = ctx.account FOR UPDATE;
  IF found.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  why := line.need(p, 'reason', 1000);
  PERFORM cases.working(ctx, f);
  IF found.voided IS NOT NULL THEN
    PERFORM line.conflict(ctx, 'state', 'These hours don''t count any more.', ''); END IF;
  UPDATE cases.hours h SET voided = ctx.at, why_void = why WHERE h.id = found.id;
  PERFORM line.event(ctx, 'hours', found.id, f.id, 'took hours back', jsonb_build_object('minutes', found.minutes),
    jsonb_build_object('reason', why));
  RETURN jsonb_build_object('id', found.id, '_count', jsonb_build_object('minutes', -found.minutes, 'month',
    to_char(found.day, 'YYYY-MM')));
END
