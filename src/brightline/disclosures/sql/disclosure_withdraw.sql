-- act: disclosure
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: disclosures.disclosure_read
-- params: {disclosure, reason (≥ 10)}: whoever prepared it takes it back, as long as nothing has left
-- result: head
DECLARE d disclosures.disclosure := disclosures.hold(ctx, p); after text := disclosures.step(ctx, d, 'withdraw'); why text := line.need(p, 'reason', 2000);
BEGIN
  IF ctx.account <> d.requester THEN PERFORM line.refuse(ctx, 'side', 'Whoever prepared a disclosure takes it back.', 'Who decides denies it instead.'); END IF;
  IF length(why) < 10 THEN PERFORM line.bad('reason', 'has fewer than 10 characters', 'Say why.'); END IF;
  UPDATE disclosures.disclosure x SET state = after, reason = why WHERE x.id = d.id RETURNING * INTO d;
  PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, 'took back a disclosure', NULL, jsonb_build_object('disclosure', d.number, 'reason', why));
  RETURN disclosures.head(d);
END
