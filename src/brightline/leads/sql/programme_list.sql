-- act: view
-- kind: query
-- roles: vetter, supervisor, steward, admin, overseer
-- purposes: desk, lead, oversight
-- inquiry: optional
-- token: yes
-- params: {programme?}
-- result: {programmes: [{programme, version, in_force, unit, regime, authority, source, weakens, made, made_by,
--   approved_by, proposal, effective, config}]}
DECLARE
  wanted text := lower(line.text(p, 'programme', 63)); found jsonb;
BEGIN
  SELECT COALESCE(jsonb_agg(jsonb_build_object('programme', g.name, 'version', g.version, 'unit', g.unit, 'unit_title',
    line.accounts_unit_title(g.unit),
      'regime', g.regime, 'authority', g.authority, 'source', g.source, 'weakens', g.weakens, 'made',
        line.stamp(g.made), 'made_by', line.accounts_name(g.made_by),
      'approved_by', line.accounts_name(g.approved_by), 'proposal', g.proposal,
      'effective', line.stamp(g.effective), 'in_force', g.version = leads.version_now(g.name), 'config', g.config,
      'revision', line.revision(leads.programme_doc(g.name))) ORDER BY g.name, g.version DESC), '[]')
    INTO found FROM leads.programme g
    WHERE CASE WHEN wanted IS NULL THEN g.version = leads.version_now(g.name) ELSE g.name = wanted END;
  IF wanted IS NOT NULL AND found = '[]' THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('programmes', found, '_count', jsonb_array_length(found));
END
