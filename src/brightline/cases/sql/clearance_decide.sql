-- act: change
-- kind: command
-- roles: approver
-- purposes: desk
-- inquiry: optional
-- seen: line.cases_clearance_read
-- params: {clearance, verdict: approved | denied | revoked, reason}
-- result: {id, case, title, caveat, order, expires, state, asked_by, asked, decided_by, decided, reason}
DECLARE
  verdict text := lower(line.need(p, 'verdict', 20));
  wanted uuid := line.uuid(p, 'clearance');
  why text := line.need(p, 'reason', 4000);
BEGIN
  IF NOT verdict = ANY (ARRAY['approved', 'denied', 'revoked']) THEN
    PERFORM line.bad('verdict', 'is unknown', 'approved, denied or revoked.'); END IF;
  RETURN line.cases_clearance_decide(ctx, wanted, verdict, why);
END
