-- act: view
-- kind: query
-- roles: vetter, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- token: yes
-- params: {tab?: to_vet | second | decided | changed: sent otherwise since, and unseen | all, programme?, mine?,
--   limit?, offset?}
-- result: {leads: [head], total, counts: {to_vet, second, decided, changed, late}}
DECLARE
  tab text := COALESCE(line.text(p, 'tab', 20), 'all'); called text := lower(line.text(p, 'programme', 63));
  mine boolean := line.bool(p, 'mine', false); most integer := LEAST(GREATEST(line.int(p, 'limit', 100), 1), 200);
  skip integer := GREATEST(line.int(p, 'offset', 0), 0); found jsonb; subjects jsonb; n integer; counts jsonb;
BEGIN
  IF NOT tab = ANY (ARRAY['to_vet', 'second', 'decided', 'changed', 'all']) THEN
    PERFORM line.bad('tab', 'is unknown', 'to_vet, second, decided, changed or all.'); END IF;
  SELECT jsonb_build_object('to_vet', count(*) FILTER (WHERE f.state IN ('received', 'vetting')), 'second',
    count(*) FILTER (WHERE f.state = 'viable'),
      'decided', count(*) FILTER (WHERE f.state NOT IN ('received', 'vetting', 'viable')),
      'changed', count(*) FILTER (WHERE line.leads_unseen(f.id)), 'late', count(*) FILTER
        (WHERE f.state IN ('received', 'vetting', 'viable') AND f.due < ctx.at)) INTO counts
    FROM leads.lead f WHERE (called IS NULL OR f.programme = called) AND (NOT mine OR f.vetter = ctx.account);
  -- Oldest promise first; what has been decided, latest first. Nothing here weighs a person.
  WITH chosen AS MATERIALIZED (SELECT f.* FROM leads.lead f
      WHERE (called IS NULL OR f.programme = called) AND (NOT mine OR f.vetter = ctx.account) AND CASE tab
        WHEN 'to_vet' THEN f.state IN ('received', 'vetting') WHEN 'second' THEN f.state = 'viable' WHEN 'changed'
          THEN line.leads_unseen(f.id)
        WHEN 'decided' THEN f.state NOT IN ('received', 'vetting', 'viable') ELSE true END),
    page AS (SELECT c.id, row_number() OVER (ORDER BY CASE tab WHEN 'decided' THEN NULL ELSE c.due
      END, c.updated DESC, c.id) AS place FROM chosen c
      ORDER BY place LIMIT most OFFSET skip)
  SELECT (SELECT count(*) FROM chosen), COALESCE(jsonb_agg(leads.head(f) ORDER BY g.place), '[]'),
    COALESCE(jsonb_agg(DISTINCT f.subject), '[]')
    INTO n, found, subjects FROM page g JOIN leads.lead f ON f.id = g.id;
  RETURN jsonb_build_object('leads', found, 'total', n, 'counts', counts, '_shown', subjects, '_count',
    jsonb_array_length(found));
END
