-- act: change
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: leads.lead_read
-- then: lead_show(lead)
-- params: {lead, claim}
-- result: that of lead_show
DECLARE
  f leads.lead := leads.keep(ctx, p); said text := line.need(p, 'claim', 4000);
BEGIN
  -- What is claimed is towards not acting, so that no test of words keeps it out; only nothing is no claim.
  IF length(said) < 10 THEN
    PERFORM line.bad('claim', 'has fewer than 10 characters', 'Say what is claimed, and by whom.'); END IF;
  IF f.state IN ('closed', 'finished') THEN
    PERFORM line.conflict(ctx, 'state', format('The lead is %s.', f.state), ''); END IF;
  INSERT INTO leads.hold (lead, claim, opened_by) VALUES (f.id, said, ctx.account) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN PERFORM line.conflict(ctx, 'hold', 'The lead is held already.',
    'Two people have to clear it.'); END IF;
  PERFORM leads.note(ctx, f, 'held: claim of citizenship or status', NULL);
  RETURN jsonb_build_object('lead', f.number, 'hold', 'open', '_shown', jsonb_build_array(f.subject));
END
