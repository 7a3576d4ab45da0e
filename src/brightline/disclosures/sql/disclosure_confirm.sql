-- act: disclosure
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: disclosures.disclosure_read
-- params: {disclosure, notice, by}: the recipient confirmed the notice
-- result: head
DECLARE d disclosures.disclosure := disclosures.hold(ctx, p); which uuid := line.uuid(p, 'notice');
who text := line.need(p, 'by', 200);
BEGIN
  UPDATE disclosures.notice n SET confirmed = ctx.at, confirmed_by = who WHERE n.id = which AND n.disclosure = d.id
    AND n.confirmed IS NULL;
  IF NOT FOUND THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, 'recorded a receipt', NULL,
    jsonb_build_object('disclosure', d.number, 'by', who));
  RETURN disclosures.head(d);
END
