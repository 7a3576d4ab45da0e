-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, desk
-- inquiry: optional
-- seen: cases.case_read
-- params: {case?, account, capacity?: member | supervisor | lead}
-- result: {members: [{account, title, capacity, from, to}]}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  who uuid := line.accounts_id(line.need(p, 'account', 63));
  wanted text := COALESCE(line.text(p, 'capacity', 20), 'member');
  was text;
BEGIN
  PERFORM cases.leading(ctx, f);
  IF NOT wanted = ANY (ARRAY['member', 'supervisor', 'lead']) THEN
    PERFORM line.bad('capacity', 'is unknown', 'member, supervisor or lead.'); END IF;
  IF f.state = 'closed' THEN
    PERFORM line.conflict(ctx, 'state', 'The case is closed.', 'Ask for reopening first.'); END IF;
  IF who IS NULL THEN PERFORM line.bad('account', 'no such account', 'See the people of your units.'); END IF;
  was := line.cases_capacity(who, f.id);
  PERFORM line.cases_member_add(ctx, f.id, who, wanted, f.unit, f.regime);
  UPDATE cases.case_file c SET lead = CASE WHEN wanted = 'lead' THEN who ELSE c.lead END,
    supervisor = CASE WHEN wanted = 'supervisor' THEN who WHEN c.supervisor = who THEN NULL
      ELSE c.supervisor END WHERE c.id = f.id;
  PERFORM line.event(ctx, 'account', who, f.id, 'set a member', jsonb_build_object('capacity', was),
    jsonb_build_object('account', line.accounts_name(who), 'capacity', wanted));
  RETURN jsonb_build_object('members', line.cases_members(f.id));
END
