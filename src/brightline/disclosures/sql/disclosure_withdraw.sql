-- act: disclosure
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: disclosures.disclosure_read
-- params: {disclosure, reason}: taken back before it has left, by whoever prepared it or leads the case
-- result: head
DECLARE
  d disclosures.disclosure := disclosures.hold(ctx, p);
  why text := line.need(p, 'reason', 2000);
  after text := disclosures.step(ctx, d, 'withdraw');
BEGIN
  IF ctx.account <> d.requester
    AND NOT COALESCE(line.cases_capacity(ctx.account, d.case_id) IN ('lead', 'supervisor'), false) THEN
    PERFORM line.refuse(ctx, 'capacity',
      'Whoever prepared a disclosure takes it back, or the lead or supervisor of its case.',
      'Ask one of them.'); END IF;
  UPDATE disclosures.disclosure x SET state = after, reason = why WHERE x.id = d.id RETURNING * INTO d;
  PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, 'took a disclosure back', NULL,
    jsonb_build_object('disclosure', d.number, 'reason', why));
  RETURN disclosures.head(d) || jsonb_build_object('_shown', (SELECT jsonb_agg(i.entity) FROM disclosures.item i
    WHERE i.disclosure = d.id));
END
