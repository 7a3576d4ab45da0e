-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case, desk
-- inquiry: optional
-- seen: cases.case_read
-- params: {case?, account, reason}
-- result: {members: [{account, title, capacity, from, to}]}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  called text := lower(line.need(p, 'account', 63));
  why text := line.need(p, 'reason', 2000);
  who uuid := line.accounts_id(called);
  was text;
  held text;
BEGIN
  PERFORM cases.leading(ctx, f);
  IF who IS NULL THEN PERFORM line.bad('account', 'is no member of the case', 'See its members.'); END IF;
  IF who = f.lead THEN PERFORM line.conflict(ctx, 'lead', 'A case has a lead.', 'Name another lead first.'); END IF;
  PERFORM line.cases_custody_lock(f.id);
  SELECT string_agg(cases.evidence_name(e.number), ', ' ORDER BY e.number) INTO held FROM cases.evidence e
    WHERE e.case_id = f.id AND e.custodian = who;
  IF held IS NOT NULL THEN
    PERFORM line.conflict(ctx, 'custody', format('%s has evidence of the case in hand: %s.',
      line.accounts_title(who), held),
      'They hand it over first (case evidence transfer), or a supervisor of the unit gives it to another custodian, '
      'who accepts (case evidence reassign).'); END IF;
  was := line.cases_member_remove(ctx, f.id, who);
  IF was IS NULL THEN PERFORM line.bad('account', 'is no member of the case', 'See its members.'); END IF;
  UPDATE cases.case_file c SET supervisor = CASE WHEN c.supervisor = who THEN NULL
    ELSE c.supervisor END WHERE c.id = f.id;
  PERFORM line.event(ctx, 'account', who, f.id, 'removed a member', jsonb_build_object('capacity', was),
    jsonb_build_object('account', called, 'reason', why));
  RETURN jsonb_build_object('members', line.cases_members(f.id));
END
