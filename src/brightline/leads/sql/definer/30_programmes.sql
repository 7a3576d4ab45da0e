-- Programmes are proposed and decided by two people. What a new version changes of its guards counts as weakening
-- unless it is known as stricter, and is announced before it holds.
-- callers: none

-- Words of a belief, an origin, a language or a state of health, in plain sentences. A flag for people's eyes: it
-- refuses nothing, since a witness's words may have to hold them.
CREATE OR REPLACE FUNCTION line.trait_words(said text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT t
  FROM unnest(ARRAY['muslim', 'muslims', 'islam', 'islamic', 'mosque', 'mosques', 'imam', 'koran', 'quran', 'hijab',
  'christian', 'christians', 'attends church', 'goes to church',
    'jew', 'jews', 'jewish', 'synagogue', 'hindu', 'sikh', 'turban', 'buddhist', 'religion', 'religious',
      'prays', 'prayer', 'worship',
    'racial', 'his race', 'her race', 'their race', 'ethnic', 'ethnicity', 'ethnic origin', 'skin colour', 'skin color',
      'dark skinned', 'black man', 'black woman', 'white man', 'white woman', 'complexion', 'asian', 'african', 'arab',
      'arabic', 'hispanic', 'latino', 'latina', 'gypsy', 'roma',
    'tribe', 'tribal', 'caste', 'foreign looking', 'looks foreign', 'surname looks', 'foreign name', 'foreign surname',
      'foreign accent', 'with an accent', 'mother tongue', 'speaks spanish', 'speak spanish',
    'speaks arabic', 'speak arabic', 'native language', 'gay', 'lesbian', 'bisexual', 'transgender', 'homosexual',
      'sexual orientation', 'pregnant', 'disabled', 'disability', 'hiv',
    'trade union', 'union member', 'political opinion', 'political views', 'party member', 'protester']) t
  WHERE position(' ' || t || ' ' IN ' ' || line.fold_reason(COALESCE(said, '')) || ' ') > 0 ORDER BY t);

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_traits(said text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.trait_words(said);

-- A programme's own sentences; the check that forbids traits has to name them.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_programme_traits(config jsonb) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT t FROM (SELECT config ->> 'title' AS said UNION ALL SELECT config ->> 'description'
    UNION ALL SELECT concat_ws(' ', replace(c ->> 'name', '-', ' '), c ->> 'title', c ->> 'system')
      FROM jsonb_array_elements(config -> 'checks') c WHERE c ->> 'name' <> 'no-protected-trait') x,
  unnest(line.trait_words(x.said)) t ORDER BY t);

-- What differs, part by part: checks and columns by their names, so that who decides reads the change and not the file.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_programme_diff(old jsonb, new jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (WITH sides AS (SELECT s.side, p.part, p.value FROM (VALUES ('before', COALESCE(old, '{}')), ('after', new))
  s(side, config), LATERAL (
      SELECT e.key AS part, e.value FROM jsonb_each(s.config) e
        WHERE e.key NOT IN ('checks', 'intake') AND e.value <> 'null'
      UNION ALL SELECT 'check ' || (c ->> 'name'), c - 'name' FROM jsonb_array_elements(s.config -> 'checks') c
      UNION ALL SELECT 'column ' || e.key, e.value FROM jsonb_each(COALESCE(s.config -> 'intake', '{}') - 'identifiers')
        e WHERE e.value <> 'null'
      UNION ALL SELECT 'identifier ' || e.key, e.value
        FROM jsonb_each(COALESCE(s.config #> '{intake,identifiers}', '{}')) e) p)
  SELECT COALESCE(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('part', d.part, 'before', d.before, 'after', d.after))
    ORDER BY d.part), '[]')
  FROM (SELECT x.part, (array_agg(x.value) FILTER (WHERE x.side = 'before'))[1] AS before,
    (array_agg(x.value) FILTER (WHERE x.side = 'after'))[1] AS after
    FROM sides x GROUP BY x.part) d WHERE d.before IS DISTINCT FROM d.after);

-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_programme_propose(ctx line.context, called text, in_unit text, of_regime text,
  terms jsonb, why text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN line.proposal_json(ctx, line.propose(ctx, 'programme', called, NULL, in_unit, ARRAY[of_regime], terms, why));
END $$;

-- The version that was agreed to. A weaker one is made with the day of the agreement and holds from the end of its
-- notice, which overseers have had since; what stands in its way by then lapses it.
CREATE OR REPLACE FUNCTION line.register_programme(r line.proposal) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted jsonb := r.terms -> 'config';
weak text[] := ARRAY(SELECT jsonb_array_elements_text(COALESCE(r.terms -> 'weakens', '[]')));
  fault text := line.leads_source_fault(wanted ->> 'source', r.regimes[1], r.unit);
  at_ timestamptz := clock_timestamp();
BEGIN
  IF fault IS NOT NULL THEN RAISE EXCEPTION '%', fault; END IF;
  IF NOT EXISTS (SELECT FROM line.authority a WHERE a.code = wanted ->> 'authority' AND line.accounts_in_force(a)) THEN
    RAISE EXCEPTION 'its authority isn''t in force any more'; END IF;
  INSERT INTO leads.programme (name, version, unit, regime, authority, source, config, weakens, made_by, made,
    effective, approved_by, proposal)
    SELECT r.about, COALESCE(max(g.version), 0) + 1, r.unit, r.regimes[1], wanted ->> 'authority', wanted ->> 'source',
      wanted, weak, r.author,
      CASE weak WHEN '{}' THEN at_ ELSE LEAST(r.decided, COALESCE(r.effective, at_) - interval '7 days')
        END, LEAST(COALESCE(r.effective, at_), at_), r.decided_by, r.number
    FROM leads.programme g WHERE g.name = r.about;
END $$;

-- Overseers read in their own list, from the agreement on, which version will weaken what.
CREATE OR REPLACE FUNCTION line.programme_announced(ctx line.context, r line.proposal) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.leads_weakened(ctx, r.about, (SELECT COALESCE(max(g.version), 0) + 1 FROM leads.programme g
    WHERE g.name = r.about),
    ARRAY(SELECT jsonb_array_elements_text(r.terms -> 'weakens')), r.effective)
$$;
