-- act: view
-- kind: query
-- roles: vetter, supervisor
-- purposes: desk
-- inquiry: optional
-- token: yes
-- params: {referral?, side?: in | out}
-- result: {referrals: [head with package where one was named]}
DECLARE
  wanted text := upper(line.text(p, 'referral', 100)); side text := COALESCE(line.text(p, 'side', 5), 'in');
  found jsonb; shown jsonb;
BEGIN
  IF NOT side = ANY (ARRAY['in', 'out']) THEN PERFORM line.bad('side', 'must be in or out', ''); END IF;
  SELECT COALESCE(jsonb_agg(leads.referral_head(r) || jsonb_build_object('lead', (SELECT f.number
    FROM leads.lead f WHERE f.id = r.lead),
      'package', CASE WHEN wanted IS NULL THEN NULL WHEN line.leads_held(r.lead) IS NULL THEN r.package
        ELSE r.package || jsonb_build_object('caveats',
        jsonb_build_array('Suspended: a claim of citizenship or status. Don''t act on it.') ||
          COALESCE(r.package -> 'caveats', '[]')) END) ORDER BY r.due, r.id), '[]'),
      COALESCE(jsonb_agg(DISTINCT line.leads_subject(ctx, r.id)), '[]') INTO found, shown FROM leads.referral r
    WHERE CASE WHEN wanted IS NOT NULL THEN r.number = wanted WHEN side = 'in' THEN r.to_unit = ctx.unit
      ELSE r.from_unit = ctx.unit END;
  IF wanted IS NOT NULL AND found = '[]' THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('referrals', found, '_shown', shown, '_count', jsonb_array_length(found));
END
