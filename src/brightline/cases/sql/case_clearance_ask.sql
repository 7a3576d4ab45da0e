-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, desk
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {case?, caveat, order, expires}: asks that an approver opens what carries this caveat to the case's purposes
-- result: {id, case, title, caveat, order, expires, state, asked_by, asked, decided_by, decided, reason}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
BEGIN
  PERFORM cases.leading(ctx, f);
  PERFORM cases.working(ctx, f);
  PERFORM line.event(ctx, 'clearance', f.id, f.id, 'asked for a clearance', NULL, jsonb_build_object('caveat',
    line.need(p, 'caveat', 40)));
  RETURN line.cases_clearance_ask(ctx, f.id, lower(line.need(p, 'caveat', 40)), line.need(p, 'order', 4000),
    line.date(p, 'expires'));
END
