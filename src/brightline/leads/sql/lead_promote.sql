-- act: change
-- kind: command
-- roles: vetter
-- purposes: desk
-- inquiry: optional
-- seen: leads.lead_read
-- then: lead_show(lead)
-- params: {lead, associate, predicate}
-- result: that of lead_show
DECLARE
  f leads.lead := leads.keep(ctx, p); a leads.associate; facts text := leads.said(ctx, f, p, 'predicate');
  made leads.lead; g leads.programme;
BEGIN
  IF NOT f.state IN ('received', 'vetting') THEN
    PERFORM line.conflict(ctx, 'state', format('The lead is %s.', f.state), ''); END IF;
  SELECT * INTO a FROM leads.associate x WHERE x.lead = f.id AND x.id = line.uuid(p, 'associate')
    AND x.expires > ctx.at FOR UPDATE;
  IF a.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF a.promoted IS NOT NULL THEN PERFORM line.conflict(ctx, 'exists', 'This associate has a lead already.', ''); END IF;
  SELECT * INTO g FROM leads.programme x WHERE x.name = f.programme AND x.version = leads.version_now(f.programme);
  made := leads.begun(ctx, g, jsonb_build_object('key', f.source_key || '/' || a.id, 'title', 'Associate of ' ||
    f.number, 'received', line.stamp(ctx.at),
    'priority', f.priority, 'schema', 'Person', 'properties', jsonb_build_object('name', jsonb_build_array(a.name)),
      'identifiers', '[]'::jsonb, 'narrative', facts,
    'claim', '', 'associates', '[]'::jsonb, 'promoted_from', f.id), NULL);
  UPDATE leads.associate x SET promoted = made.id WHERE x.id = a.id;
  PERFORM leads.note(ctx, f, 'an associate became a lead', jsonb_build_object('lead', made.number, 'predicate', facts));
  RETURN leads.head(made) || jsonb_build_object('_shown', jsonb_build_array(made.subject));
END
