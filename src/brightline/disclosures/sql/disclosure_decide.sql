-- act: disclosure
-- kind: command
-- roles: supervisor, approver
-- purposes: desk
-- inquiry: optional
-- seen: disclosures.disclosure_read
-- params: {disclosure, decision: approve | deny, reason}
-- result: head
DECLARE
  d disclosures.disclosure := disclosures.hold(ctx, p);
  says text := lower(line.need(p, 'decision', 20)); why text := line.need(p, 'reason', 2000);
  seat text := split_part(ctx.purpose_key, '/', 2); after text; two boolean := (d.people ->> 'total')::integer >
    line.disclosures_limit();
BEGIN
  IF NOT says = ANY (ARRAY['approve', 'deny']) THEN PERFORM line.bad('decision', 'must be approve or deny', ''); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'has fewer than 20 characters', 'Say why, in a sentence.'); END IF;
  IF ctx.account = d.requester THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Who prepared a disclosure doesn''t decide on it.',
      'Another supervisor does.'); END IF;
  PERFORM line.decider(ctx, ARRAY[d.requester, d.approver]);
  after := disclosures.step(ctx, d, says);
  IF says = 'approve' THEN PERFORM disclosures.kept_package(ctx, d); END IF;
  IF says = 'deny' THEN
    UPDATE disclosures.disclosure x SET state = after, decided = ctx.at, reason = why,
      approver = COALESCE(x.approver, ctx.account)
      WHERE x.id = d.id RETURNING * INTO d;
  ELSIF seat = 'approver' THEN
    IF NOT two THEN PERFORM line.refuse(ctx, 'seat', 'A disclosure of this size needs no second approver.',
      'Its unit''s supervisor decides.'); END IF;
    IF d.approver = ctx.account THEN
      PERFORM line.refuse(ctx, 'second', 'The second approver is another person.', ''); END IF;
    UPDATE disclosures.disclosure x SET second = ctx.account, decided = ctx.at, reason = why,
      state = CASE WHEN x.approver IS NULL THEN x.state ELSE after END WHERE x.id = d.id RETURNING * INTO d;
  ELSE
    IF d.approver IS NOT NULL THEN PERFORM line.conflict(ctx, 'approved', 'A supervisor has approved it already.',
      'It waits for the second approver.'); END IF;
    IF d.second = ctx.account THEN
      PERFORM line.refuse(ctx, 'second', 'The second approver is another person.', ''); END IF;
    UPDATE disclosures.disclosure x SET approver = ctx.account, decided = ctx.at, reason = why,
      state = CASE WHEN two AND x.second IS NULL THEN x.state ELSE after END WHERE x.id = d.id RETURNING * INTO d;
  END IF;
  PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, CASE says WHEN 'approve' THEN 'approved a disclosure'
    ELSE 'denied a disclosure' END, NULL,
    jsonb_build_object('disclosure', d.number, 'reason', why, 'state', d.state));
  RETURN disclosures.head(d);
END
