-- What overseers are shown of leads that came in and went out: who, what, where, under which authority, with what
-- outcome, and how many. The policies of schema leads keep packages, quarantine and files from them; these rows are
-- made here without a word about a subject: no package, no title, no free text, no name of a file. Who somebody was is
-- asked of the log entry by entry, under an inquiry with its reason.
-- callers: reader

CREATE OR REPLACE FUNCTION line.oversight_referred() RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('referral', r.number, 'lead', f.number, 'programme', f.programme, 'authority',
    f.authority, 'regime', f.regime,
    'from', r.from_unit, 'to', r.to_unit, 'to_regime', line.leads_unit_regime(r.to_unit), 'crossing',
      c.number, 'state', r.state,
    'at', line.stamp(COALESCE(r.sent, c.requested)), 'by', line.accounts_name(r.sent_by), 'due', r.due,
      'sent', line.stamp(r.sent),
    'acknowledged', line.stamp(r.acknowledged), 'answered', line.stamp(r.answered), 'answered_by',
      line.accounts_name(r.answered_by),
    'finished', line.stamp(r.finished), 'outcome', r.outcome)
  FROM leads.referral r JOIN leads.lead f ON f.id = r.lead LEFT JOIN line.crossing c ON c.id = r.crossing
  WHERE line.pass_kind() = 'oversight' $$;

CREATE OR REPLACE FUNCTION line.oversight_taken_in() RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('intake', i.id, 'programme', i.programme, 'version', i.version, 'authority',
    g.authority, 'regime', g.regime,
    'source', g.source, 'unit', i.unit, 'sha256', i.sha256, 'by', line.accounts_name(i.account), 'at',
      line.stamp(i.at), 'rows', i.row_count,
    'rejected', i.rejected, 'leads', (SELECT count(*) FROM leads.lead f WHERE f.intake = i.id),
    'holds', (SELECT count(*) FROM leads.hold h JOIN leads.lead f ON f.id = h.lead WHERE f.intake = i.id))
  FROM leads.intake i JOIN leads.programme g ON g.name = i.programme AND g.version = i.version
  WHERE line.pass_kind() = 'oversight' $$;
