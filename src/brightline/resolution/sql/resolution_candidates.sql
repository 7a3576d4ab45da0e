-- act: search
-- kind: query
-- roles: agent, analyst, supervisor
-- purposes: case, lead
-- inquiry: required
-- token: yes
-- params: {id, limit 1–50}: entities that share an identifier, or at least two words of a name, with this one
-- result: {subject: {id, schema, properties}, candidates: [{id, schema, caption, properties, shared: [key], judged}],
--   total, capped: not all that share a word were looked at, markings}
DECLARE
  wanted uuid := line.uuid(p, 'id'); want integer := line.int(p, 'limit', 20);
  members uuid[]; mine text[]; names text[]; bare text[]; r jsonb; n bigint; capped boolean;
BEGIN
  IF wanted IS NULL THEN PERFORM line.bad('id', 'is missing', 'Name the entity by the id that a list printed.'); END IF;
  IF want NOT BETWEEN 1 AND 50 THEN PERFORM line.bad('limit', 'must be 1 to 50', 'Leave it out for 20.'); END IF;
  SELECT array_agg(DISTINCT j.member) INTO members FROM content.joined(ARRAY[wanted]) j;
  IF members IS NULL THEN PERFORM line.missing(ctx); END IF;
  -- As they stand in open rows and in the sealed ones that this purpose sees: a sealed row's keys carry its marking.
  mine := content.with_scopes(ARRAY(SELECT DISTINCT regexp_replace(k, '^\d+:', '')
    FROM content.aspect a, unnest(a.keys) k
    WHERE a.entity = ANY (members) AND k ~ '^(\d+:)?[it]:' LIMIT 200), ARRAY(SELECT line.scoped_markings()));
  names := ARRAY(SELECT k FROM unnest(mine) k WHERE k ~ '^(\d+:)?t:' AND length(k) > 4);
  bare := ARRAY(SELECT k FROM unnest(mine) k WHERE k ~ '^(\d+:)?i:');
  WITH worded AS MATERIALIZED (SELECT a.entity, a.id, a.schema, a.keys FROM content.aspect a
      WHERE a.keys && names AND a.schema <> 'Value' AND a.entity <> ALL (members) LIMIT 4000),
    strongly AS MATERIALIZED (SELECT a.entity, a.id, a.schema, a.keys FROM content.aspect a
      WHERE a.keys && bare AND a.schema <> 'Value' AND a.entity <> ALL (members) LIMIT 500),
    near AS MATERIALIZED (

      SELECT s.* FROM strongly s
      UNION
      SELECT x.* FROM worded x WHERE (SELECT count(*) FROM unnest(x.keys) k WHERE k = ANY (names)) >=
        least(2, cardinality(names))),
    scored AS (SELECT n.entity, count(DISTINCT k) FILTER (WHERE k = ANY (bare)) AS strong, count(DISTINCT k) FILTER
      (WHERE k = ANY (names)) AS weak,
        jsonb_agg(DISTINCT regexp_replace(k, '^\d+:', '')) FILTER (WHERE k = ANY (mine)) AS shared
      FROM near n, unnest(n.keys) k GROUP BY n.entity ORDER BY 2 DESC, 3 DESC, n.entity LIMIT want)
  SELECT COALESCE(jsonb_agg(jsonb_build_object('entity', s.entity, 'id',
    (SELECT min(content.printed(a.source, a.schema, a.entity)) FROM content.aspect a WHERE a.entity = s.entity),
      'aspects', (SELECT jsonb_agg(jsonb_build_object('schema', a.schema, 'caption', a.caption, 'properties',
        a.properties, 'source', a.source, 'marking', a.marking))
        FROM (SELECT x.* FROM content.aspect x WHERE x.entity = s.entity ORDER BY x.id LIMIT 20) a),
      'shared', s.shared, 'judged', (SELECT j.verdict FROM content.judgement j WHERE s.entity IN (j."left", j."right")
        AND (j."left" = ANY (members) OR j."right" = ANY (members)) ORDER BY j.at DESC LIMIT 1))
          ORDER BY s.strong DESC, s.weak DESC, s.entity), '[]'), (SELECT count(DISTINCT x.entity) FROM near x),
      (SELECT count(*) FROM worded) = 4000 OR (SELECT count(*) FROM strongly) = 500
    INTO r, n, capped FROM scored s;
  RETURN jsonb_build_object('id', (SELECT min(content.printed(a.source, a.schema, a.entity)) FROM content.aspect a
    WHERE a.entity = wanted),
    'aspects', (SELECT jsonb_agg(jsonb_build_object('schema', a.schema, 'caption', a.caption, 'properties',
      a.properties, 'source', a.source, 'marking', a.marking))
      FROM (SELECT x.* FROM content.aspect x WHERE x.entity = ANY (members) ORDER BY x.id LIMIT 20) a),
    'candidates', r, 'total', n, 'capped', capped, 'markings',
      line.marking_words(ARRAY(SELECT DISTINCT (a ->> 'marking')::integer
      FROM jsonb_array_elements(r) c, jsonb_array_elements(c -> 'aspects') a)),
    '_shown', (SELECT COALESCE(jsonb_agg(c -> 'entity'), '[]') FROM jsonb_array_elements(r) c) || to_jsonb(wanted));
END
