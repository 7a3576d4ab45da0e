-- act: view
-- kind: query
-- roles: vetter, supervisor, overseer
-- purposes: desk, lead, oversight
-- inquiry: optional
-- token: yes
-- params: {lead?, associates?: whole names}
-- result: head with subject: {schema, properties}, narrative, checklist: [{name, title, system, required, latest,
--   entries}], hold, associates, related: of the same subject, alike: that may be of the same person, with why and in
--   what they differ, shares: [{type, others}], change: what the source sends otherwise now, changes, referrals, gaps,
--   history, may, revision
DECLARE
  f leads.lead := leads.find(ctx, p); whole boolean := line.bool(p, 'associates', false); c leads.content;
  checks jsonb; shown jsonb;
BEGIN
  SELECT * INTO c FROM leads.content x WHERE x.lead = f.id;
  SELECT COALESCE(jsonb_agg(w.c || jsonb_build_object('entries',
    COALESCE((SELECT jsonb_agg(jsonb_build_object('result', k.result, 'system', k.system,
      'finding', k.finding, 'evidence', k.evidence, 'matched', k.matched, 'by', line.accounts_name(k.account),
        'by_title', line.accounts_title(k.account),
      'at', line.stamp(k.at)) ORDER BY k.at DESC, k.id) FROM leads.check_entry k WHERE k.lead = f.id
        AND k.name = w.c ->> 'name'), '[]')) ORDER BY w.i), '[]')
    INTO checks FROM jsonb_array_elements(leads.config(f) -> 'checks') WITH ORDINALITY w(c, i);
  SELECT COALESCE(jsonb_agg(k.entity), '[]') || to_jsonb(f.subject) INTO shown FROM leads.check_entry k
    WHERE k.lead = f.id AND k.entity IS NOT NULL;
  RETURN leads.head(f) || jsonb_build_object(
    'subject', CASE WHEN c.lead IS NOT NULL
      THEN jsonb_build_object('id', f.source || '-' || replace(f.subject::text, '-', ''), 'schema', c.schema,
      'properties', c.properties) END,
    'narrative', COALESCE(c.narrative, ''), 'traits', line.leads_traits(concat_ws(' ', f.title, c.narrative)),
      'source_key', f.source_key, 'revision', line.revision(leads.lead_doc(f)), 'checklist', checks,
    'hold', COALESCE((SELECT jsonb_build_object('claim', CASE WHEN ctx.kind = 'oversight' THEN '' ELSE h.claim
      END, 'state', h.state, 'opened', line.stamp(h.opened),
        'opened_by', line.accounts_name(h.opened_by), 'status', h.status, 'first_by', line.accounts_name(h.first_by),
          'first_reason', h.first_reason,
        'second_by', line.accounts_name(h.second_by), 'second_reason', h.second_reason) FROM leads.hold h
          WHERE h.lead = f.id ORDER BY h.opened DESC LIMIT 1),
      (SELECT jsonb_build_object('claim', '', 'state', 'upheld', 'status', g.status, 'earlier', line.stamp(g.found))
        FROM line.leads_finding(line.leads_keys(f.id, false)) g)),
    'associates', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', a.id, 'name', CASE WHEN whole THEN a.name
      ELSE leads.initials(a.name) END,
        'relation', a.relation, 'expires', line.stamp(a.expires), 'promoted', a.promoted IS NOT NULL)
          ORDER BY a.name, a.id), '[]')
      FROM leads.associate a WHERE a.lead = f.id),
    'alike', line.leads_alike(f.id), 'shares', line.leads_shares(f.id),
    'change', (SELECT jsonb_build_object('at', line.stamp(k.made), 'difference', k.difference)
      FROM leads.open_change(f.id) k WHERE k.id IS NOT NULL),
    'changes', (SELECT COALESCE(jsonb_agg(jsonb_build_object('at', line.stamp(k.made), 'state', k.state, 'fields',
      k.fields, 'by', line.accounts_name(k.decided_by),
        'decided', line.stamp(k.decided), 'reason', k.reason, 'difference', k.difference) ORDER BY k.made DESC, k.id),
          '[]') FROM leads.change k WHERE k.lead = f.id),
    'related', (SELECT COALESCE(jsonb_agg(jsonb_build_object('lead', o.number, 'title', o.title, 'state', o.state,
      'code', o.code, 'held', line.leads_held(o.id) IS NOT NULL,
        'duplicate', o.id = f.duplicate_of OR o.duplicate_of = f.id) ORDER BY o.received, o.id), '[]')
      FROM leads.lead o WHERE o.subject = f.subject AND o.id <> f.id),
    'referrals', (SELECT COALESCE(jsonb_agg(leads.referral_head(r) ORDER BY r.sent NULLS FIRST, r.id), '[]')
      FROM leads.referral r WHERE r.lead = f.id),
    'gaps', CASE WHEN f.state IN ('received', 'vetting', 'viable') THEN leads.gaps(f, f.match_reason) ELSE '[]' END,
    'decisions', jsonb_build_object('viable_by', line.accounts_title(f.viable_by), 'viable_reason', f.viable_reason,
      'match_reason', f.match_reason,
      'checked_by', line.accounts_title(f.checked_by), 'checked_reason', f.checked_reason, 'closed_by',
        line.accounts_title(f.closed_by), 'close_reason', f.close_reason),
    'refer_to', leads.config(f) -> 'refer_to', 'cross_to', leads.config(f) -> 'cross_to', 'close_codes',
      leads.config(f) -> 'close_codes',
    'history', (SELECT COALESCE(jsonb_agg(jsonb_build_object('at', line.stamp(e.at), 'by', e.account_name, 'what',
      e.what, 'details', e.details, 'entry', e.entry)
        ORDER BY e.at DESC, e.id), '[]') FROM leads.event e WHERE e.lead = f.id),
    'may', leads.may(ctx, f), '_shown', shown, '_count', 1);
END
