-- act: change
-- kind: command
-- roles: steward, admin
-- purposes: desk
-- inquiry: optional
-- seen: leads.programme_read
-- params: {config: a programme as leads/programme.py checks it}
-- result: {programme, version, changed, weakens, effective}
DECLARE
  wanted jsonb := COALESCE(p -> 'config', '{}');
  called text; law jsonb; fault text; old leads.programme; weak text[] := '{}'; from_time timestamptz := ctx.at;
BEGIN
  IF jsonb_typeof(wanted) <> 'object' OR jsonb_typeof(wanted -> 'checks') IS DISTINCT FROM 'array' THEN
    PERFORM line.bad('config', 'is no programme', 'Send one that programme check takes.'); END IF;
  called := lower(line.need(wanted, 'programme', 63));
  law := line.cases_authorities(ARRAY[line.need(wanted, 'authority', 63)]) -> 0;
  IF law IS NULL OR NOT (law ->> 'in_force')::boolean OR law ->> 'regime' = 'oversight' THEN
    PERFORM line.refuse(ctx, 'authority', 'The programme''s authority is unknown or not in force.', 'Enter the statute first: authority add.'); END IF;
  PERFORM line.under(ctx, law ->> 'code');
  IF line.leads_unit_regime(line.need(wanted, 'unit', 63)) IS DISTINCT FROM law ->> 'regime' THEN
    PERFORM line.refuse(ctx, 'unit', 'The programme''s unit is unknown or works in another regime than its authority.', 'See unit list.'); END IF;
  fault := line.leads_source_fault(line.need(wanted, 'source', 63), law ->> 'regime', wanted ->> 'unit');
  IF fault IS NOT NULL THEN PERFORM line.refuse(ctx, 'source', fault, 'Register the source with an agreement and an assessment: source add.'); END IF;
  IF NOT EXISTS (SELECT FROM jsonb_array_elements(wanted -> 'checks') c WHERE c ->> 'name' = 'no-protected-trait' AND (c ->> 'required')::boolean) THEN
    PERFORM line.refuse(ctx, 'trait', 'The required check no-protected-trait is missing.', 'No programme goes without it (rule 2).'); END IF;
  IF line.int(wanted, 'identifiers_needed', 0) NOT BETWEEN 2 AND 5 THEN PERFORM line.bad('identifiers_needed', 'must be 2 to 5', ''); END IF;
  SELECT * INTO old FROM leads.programme g WHERE g.name = called ORDER BY g.version DESC LIMIT 1;
  IF old.config = wanted THEN
    RETURN jsonb_build_object('programme', called, 'version', old.version, 'changed', false, 'weakens', '[]'::jsonb, 'effective', line.stamp(old.effective)); END IF;
  IF old.name IS NOT NULL AND (old.unit <> wanted ->> 'unit' OR old.regime <> law ->> 'regime') THEN
    PERFORM line.refuse(ctx, 'regime', 'A programme''s unit and regime never change.', 'Make another programme.'); END IF;
  -- Compared with what is in force, not with what waits: else a weaker version could hide behind a weaker one.
  weak := COALESCE((SELECT leads.weakenings(g.config, wanted) FROM leads.programme g WHERE g.name = called AND g.version = leads.version_now(called)), '{}');
  IF weak <> '{}' THEN from_time := ctx.at + interval '7 days'; END IF;
  INSERT INTO leads.programme (name, version, unit, regime, authority, source, config, weakens, made_by, made, effective)
    VALUES (called, COALESCE(old.version, 0) + 1, wanted ->> 'unit', law ->> 'regime', law ->> 'code', wanted ->> 'source', wanted, weak,
      ctx.account, ctx.at, from_time);
  IF weak <> '{}' THEN PERFORM line.leads_weakened(ctx, called, COALESCE(old.version, 0) + 1, weak, from_time); END IF;
  RETURN jsonb_build_object('programme', called, 'version', COALESCE(old.version, 0) + 1, 'changed', true, 'weakens', weak, 'effective', line.stamp(from_time));
END
