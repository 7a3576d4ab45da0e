-- act: disclosure
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: disclosures.disclosure_read
-- params: {disclosure, kind: recall | correction, text}
-- result: head; each recipient is owed a notice until it confirms
DECLARE
  d disclosures.disclosure := disclosures.hold(ctx, p);
  sort text := lower(COALESCE(line.text(p, 'kind', 20), 'recall'));
  words text := line.need(p, 'text', 4000); after text;
BEGIN
  IF NOT sort = ANY (ARRAY['recall', 'correction']) THEN
    PERFORM line.bad('kind', 'must be recall or correction', ''); END IF;
  IF length(words) < 20 THEN
    PERFORM line.bad('text', 'has fewer than 20 characters', 'Say what was wrong and what to do.'); END IF;
  IF sort = 'recall' THEN
    after := disclosures.step(ctx, d, 'recall');
    UPDATE disclosures.disclosure x SET state = after, recalled = ctx.at, recall_reason = words
      WHERE x.id = d.id RETURNING * INTO d;
  ELSIF d.state <> 'sent' THEN
    PERFORM line.conflict(ctx, 'state', format('The disclosure is %s.', d.state),
      'Only what was sent can be corrected.');
  END IF;
  INSERT INTO disclosures.notice (disclosure, kind, text, account) VALUES (d.id, sort, words, ctx.account);
  PERFORM line.event(ctx, 'disclosure', d.id, d.case_id, CASE sort WHEN 'recall' THEN 'recalled a disclosure'
    ELSE 'corrected a disclosure' END, NULL,
    jsonb_build_object('disclosure', d.number, 'text', words));
  RETURN disclosures.head(d) || jsonb_build_object('_count', jsonb_build_object('recalled', (sort = 'recall')::integer),
    '_shown', (SELECT jsonb_agg(i.entity) FROM disclosures.item i WHERE i.disclosure = d.id));
END
