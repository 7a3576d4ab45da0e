-- Rows that look whole and can't be right beside others: they go to quarantine, and what was known stays.
-- callers: none

-- Entities of this run that look like many: more names than expect.names allows (20 where feed.yml says nothing), or
-- rows whose births contradict each other (by more than a year; expect.births: false where that is no fault). [entity,
-- why]
CREATE OR REPLACE FUNCTION feed.crowded(r feed.run, src text) RETURNS TABLE (entity uuid, why text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE m jsonb; most integer; few boolean; mapped bigint := (SELECT count(*) FROM stage.todo t WHERE t.run = r.id);
kinds constant text[] := ARRAY['Person', 'LegalEntity', 'Organization', 'Company', 'PublicBody', 'Vessel'];
BEGIN
  SELECT f.manifest INTO m FROM feed.feed f WHERE f.name = r.feed;
  most := COALESCE((m #>> '{expect,names}')::integer, 20);
  -- Where most is read anew, what is staged says it all; else what there is counts too.
  few := mapped <= 50000 OR mapped * 2 < (SELECT f.records FROM feed.feed f WHERE f.name = r.feed);
  RETURN QUERY SELECT n.entity,
    format('%s names by one key: many people or bodies look like one. Give it a key that tells them apart.',
    count(DISTINCT n.caption))
    FROM (SELECT x.entity, lower(x.caption) AS caption FROM stage.aspect x WHERE x.run = r.id
      AND x.schema = ANY (kinds) AND x.caption <> ''
      UNION ALL SELECT e.entity, lower(o.caption) FROM (SELECT DISTINCT x.entity FROM stage.aspect x WHERE few
        AND x.run = r.id AND x.schema = ANY (kinds)) e,
        LATERAL (SELECT a.caption FROM content.aspect a WHERE a.entity = e.entity AND a.source = src
          AND a.compartment IS NULL LIMIT 500) o) n
    GROUP BY n.entity HAVING count(*) > most AND count(DISTINCT n.caption) > most;
  IF COALESCE((m #>> '{expect,births}')::boolean, true) THEN
    RETURN QUERY WITH births AS (
      SELECT DISTINCT b.entity, ARRAY(SELECT DISTINCT left(v, 4)::integer FROM jsonb_array_elements_text(b.said) v
        WHERE v ~ '^\d{4}' ORDER BY 1) AS years
      FROM (SELECT x.entity, x.properties -> 'birthDate' AS said FROM stage.aspect x WHERE x.run = r.id
        AND x.properties ? 'birthDate'
        UNION ALL SELECT a.entity, a.properties -> 'birthDate' FROM content.aspect a WHERE few AND a.source = src
          AND a.compartment IS NULL
          AND a.properties ? 'birthDate' AND a.entity IN (SELECT x.entity FROM stage.aspect x WHERE x.run = r.id
            AND x.properties ? 'birthDate')
          AND NOT EXISTS (SELECT FROM stage.todo t WHERE t.run = r.id AND t.old = a.record)) b
      WHERE jsonb_typeof(b.said) = 'array'),
    twice AS (SELECT b.entity FROM births b GROUP BY 1 HAVING count(*) > 1)
    SELECT a.entity, format('Births that contradict each other by one key: %s.',
      string_agg(DISTINCT array_to_string(a.years, ' or '), ', '))
    FROM births a JOIN twice w ON w.entity = a.entity JOIN births b ON b.entity = a.entity
      AND NOT EXISTS (SELECT FROM unnest(a.years) y, unnest(b.years) z WHERE abs(y - z) <= 1) GROUP BY a.entity;
  END IF;
END $$;

-- Takes these rows out of the run: those of crowded entities, and those that have slipped by a cell. Answers the run
-- with what is left.
CREATE OR REPLACE FUNCTION feed.set_apart(r feed.run, src text) RETURNS feed.run
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE apart text[];
BEGIN
  INSERT INTO stage.quarantine (run, source_key, reason, detail, state)
    SELECT DISTINCT ON (x.key) r.id, x.key, 'many', c.why, 'open' FROM feed.crowded(r, src) c
    JOIN stage.aspect a ON a.run = r.id AND a.entity = c.entity JOIN stage.record x ON x.run = r.id
      AND x.id = a.record ORDER BY x.key, c.why;
  apart := ARRAY(SELECT DISTINCT q.source_key FROM stage.quarantine q WHERE q.run = r.id
    AND q.reason IN ('shifted', 'many') AND q.source_key IS NOT NULL);
  IF apart = '{}' THEN RETURN r; END IF;
  DELETE FROM stage.link l USING stage.record x WHERE l.run = r.id AND x.run = r.id AND l.record = x.id
    AND x.key = ANY (apart);
  DELETE FROM stage.aspect a USING stage.record x WHERE a.run = r.id AND x.run = r.id AND a.record = x.id
    AND x.key = ANY (apart);
  DELETE FROM stage.record x WHERE x.run = r.id AND x.key = ANY (apart);
  WITH out AS (DELETE FROM stage.todo t WHERE t.run = r.id AND t.op <> 'g' AND t.key = ANY (apart) RETURNING t.op)
  UPDATE feed.run u SET counted = r.counted || jsonb_build_object('new', (r.counted ->> 'new')::bigint -
    (SELECT count(*) FROM out WHERE op = 'n'),
    'changed', (r.counted ->> 'changed')::bigint - (SELECT count(*) FROM out WHERE op = 'c'))
      WHERE u.id = r.id RETURNING * INTO r;
  RETURN r;
END $$;
