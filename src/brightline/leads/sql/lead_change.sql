-- act: change
-- kind: command
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- seen: leads.lead_read
-- then: lead_show(lead)
-- params: {lead, as: taken | left, reason}: what the source sends otherwise now is taken over, or left as it is; a
--   viable or closed lead whose change is taken is vetted again
-- result: that of lead_show
DECLARE
  f leads.lead := leads.keep(ctx, p); k leads.change := leads.open_change(f.id);
  how text := lower(line.need(p, 'as', 10)); why text := leads.said(ctx, f, p, 'reason');
BEGIN
  IF NOT how = ANY (ARRAY['taken', 'left']) THEN PERFORM line.bad('as', 'is unknown', 'taken or left.'); END IF;
  IF k.id IS NULL THEN PERFORM line.conflict(ctx, 'change',
    'The source sends nothing otherwise that nobody has looked at.', ''); END IF;
  IF how = 'taken' AND NOT (f.state IN ('received', 'vetting', 'viable') OR f.state = 'closed'
    AND f.code <> 'wrong_person') THEN
    PERFORM line.conflict(ctx, 'state', format('A lead that is %s says what was decided on.', f.state),
      'Leave the change with a reason, or close the lead as the wrong person.'); END IF;
  PERFORM line.leads_settle(ctx, k, how, why);
  SELECT * INTO f FROM leads.lead x WHERE x.id = f.id;
  PERFORM leads.note(ctx, f, CASE how WHEN 'taken' THEN 'took over what the source sends now'
    ELSE 'left the lead as it was decided' END,
    jsonb_build_object('reason', why, 'fields', to_jsonb(k.fields)));
  RETURN leads.head(f) || jsonb_build_object('gaps', CASE WHEN f.state IN ('vetting', 'viable')
    THEN leads.gaps(f, f.match_reason) ELSE '[]' END,
    '_shown', jsonb_build_array(f.subject));
END
