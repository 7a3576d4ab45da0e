-- act: change
-- kind: command
-- roles: steward, admin
-- purposes: desk
-- inquiry: optional
-- seen: leads.programme_read
-- params: {config: a programme as leads/programme.py checks it, reason?}: proposed; an approver decides it
-- result: {programme, version: the one in force, changed, weakens, diff, traits: words of a protected trait in its
--   sentences, proposal, state}
DECLARE
  wanted jsonb := COALESCE(p -> 'config', '{}');
  called text; law jsonb; fault text; old leads.programme; weak text[] := '{}'; words text[]; made jsonb;
BEGIN
  IF jsonb_typeof(wanted) <> 'object' OR jsonb_typeof(wanted -> 'checks') IS DISTINCT FROM 'array' THEN
    PERFORM line.bad('config', 'is no programme',
      'Begin from one of the shipped ones: docs/how-to/vet-leads.md.'); END IF;
  wanted := jsonb_strip_nulls(wanted);
  called := lower(line.need(wanted, 'programme', 63));
  law := line.cases_authorities(ARRAY[line.need(wanted, 'authority', 63)]) -> 0;
  IF law IS NULL OR NOT (law ->> 'in_force')::boolean OR law ->> 'regime' = 'oversight' THEN
    PERFORM line.refuse(ctx, 'authority', 'The programme''s authority is unknown or not in force.',
      'Enter the statute first: authority add.'); END IF;
  PERFORM line.under(ctx, law ->> 'code');
  IF line.leads_unit_regime(line.need(wanted, 'unit', 63)) IS DISTINCT FROM law ->> 'regime' THEN
    PERFORM line.refuse(ctx, 'unit', 'The programme''s unit is unknown or works in another regime than its authority.',
      'See unit list.'); END IF;
  fault := line.leads_source_fault(line.need(wanted, 'source', 63), law ->> 'regime', wanted ->> 'unit');
  IF fault IS NOT NULL THEN
    PERFORM line.refuse(ctx, 'source', fault,
    'Register the source with an agreement and an assessment: source add.'); END IF;
  IF NOT EXISTS (SELECT FROM jsonb_array_elements(wanted -> 'checks') c WHERE c ->> 'name' = 'no-protected-trait'
    AND (c ->> 'required')::boolean) THEN
    PERFORM line.refuse(ctx, 'trait', 'The required check no-protected-trait is missing.',
      'No programme goes without it (rule 2).'); END IF;
  IF line.int(wanted, 'identifiers_needed', 0) NOT BETWEEN 2 AND 5 THEN
    PERFORM line.bad('identifiers_needed', 'must be 2 to 5', ''); END IF;
  SELECT * INTO old FROM leads.programme g WHERE g.name = called AND g.version = leads.version_now(called);
  IF jsonb_strip_nulls(old.config) = wanted THEN
    RETURN jsonb_build_object('programme', called, 'version', old.version, 'changed', false, 'weakens', '[]'::jsonb,
      'diff', '[]'::jsonb, 'traits', '[]'::jsonb); END IF;
  IF old.name IS NOT NULL AND (old.unit <> wanted ->> 'unit' OR old.regime <> law ->> 'regime') THEN
    PERFORM line.refuse(ctx, 'regime', 'A programme''s unit and regime never change.',
      'Make another programme.'); END IF;
  words := line.leads_programme_traits(wanted);
  weak := CASE WHEN old.name IS NULL THEN '{}' ELSE leads.weakenings(old.config, wanted) END
    || ARRAY(SELECT 'words of a protected trait: ' || w FROM unnest(words) w
      WHERE NOT w = ANY (line.leads_programme_traits(COALESCE(old.config, '{"checks": []}'))));
  made := line.leads_programme_propose(ctx, called, wanted ->> 'unit', law ->> 'regime', jsonb_build_object('programme',
    called, 'authority', wanted ->> 'authority',
    'source', wanted ->> 'source', 'weakens', weak, 'diff', line.leads_programme_diff(old.config, wanted), 'traits',
      words, 'config', wanted), line.text(p, 'reason', 2000));
  RETURN jsonb_strip_nulls(jsonb_build_object('programme', called, 'version', old.version, 'changed', true, 'weakens',
    weak, 'diff', made #> '{terms,diff}', 'traits', words,
    'proposal', made -> 'proposal', 'state', made -> 'state'));
END
