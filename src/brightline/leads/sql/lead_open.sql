-- act: enter
-- kind: command
-- roles: vetter
-- purposes: desk
-- inquiry: optional
-- seen: leads.lead_read
-- params: {lead}
-- result: {lead, purpose}
DECLARE
  f leads.lead := leads.taken(ctx, leads.keep(ctx, p)); opened text;
BEGIN
  -- The quality check and the way to another regime are work on the lead too; a closed one justifies no search.
  IF NOT f.state IN ('vetting', 'viable', 'checked', 'crossing', 'declined') THEN
    PERFORM line.conflict(ctx, 'state', format('A lead that is %s justifies no search.', f.state), ''); END IF;
  opened := line.leads_open_purpose(ctx, f.id, f.number, f.title, f.authority, (f.keep_until + 1)::timestamptz);
  PERFORM leads.note(ctx, f, 'opened a search', NULL);
  RETURN jsonb_build_object('lead', f.number, 'purpose', opened, '_shown', jsonb_build_array(f.subject));
END
