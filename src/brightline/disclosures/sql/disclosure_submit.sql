-- act: disclosure
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: disclosures.disclosure_read
-- params: {disclosure}: what will leave is fixed here; again, when the records have changed since
-- result: head
DECLARE d disclosures.disclosure := disclosures.hold(ctx, p); after text := disclosures.step(ctx, d, 'submit');
BEGIN
  PERFORM line.disclosures_decidable(ctx, d.unit, d.requester, (d.people ->> 'total')::integer >
    line.disclosures_limit());
  UPDATE disclosures.disclosure x SET state = after, digest = disclosures.digest(d), package = disclosures.fix(d),
      approver = NULL, second = NULL, decided = NULL, reason = '' WHERE x.id = d.id RETURNING * INTO d;
  PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, 'submitted a disclosure', NULL,
    jsonb_build_object('disclosure', d.number));
  RETURN disclosures.head(d);
END
