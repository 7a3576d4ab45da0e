-- Shared by the functions of this room; under the caller's rights and row-level security.
-- callers: reader, writer
-- owner: owner

-- The judgements on these entities that the caller may see, newest first; `counts` says of each whether it is the
-- pair's newest.
DROP FUNCTION IF EXISTS content.judged(uuid[]);
CREATE OR REPLACE FUNCTION content.judged(members uuid[], most integer, skip integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(jsonb_build_object('id', j.id, 'left', j."left", 'right', j."right", 'verdict', j.verdict,
    'reason', j.evidence, 'score', j.score, 'parts', j.parts, 'by', j.account_name, 'at',
      line.stamp(j.at), 'marking', j.marking,
    'counts', NOT EXISTS (SELECT FROM content.judgement n WHERE n."left" = j."left" AND n."right" = j."right"
      AND (n.at, n.id) > (j.at, j.id)))
    ORDER BY j.at DESC, j.id), '[]')
  FROM (SELECT * FROM content.judgement x WHERE x."left" = ANY (members) OR x."right" = ANY (members)
    ORDER BY x.at DESC, x.id LIMIT most OFFSET skip) j
$$;

-- Whether one thing can be of both kinds, as the model of entities says: equal kinds, a kind and a wider one of it that
-- can be matched, or a Thing, of which nothing is known. A test compares the pairs with the model.
CREATE OR REPLACE FUNCTION content.can_be_one(one text, other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN one = other OR 'Thing' IN (one, other) OR concat(least(one, other), '=', greatest(one, other)) = ANY ('{
  Airplane=Vehicle, Company=LegalEntity, Company=Organization, LegalEntity=Organization, LegalEntity=Person,
  LegalEntity=PublicBody, Organization=PublicBody, Vehicle=Vessel}'::text[]);

-- Why these two sides can't be one, in words; NULL when nothing that the caller sees speaks against it. Kinds decide;
-- births are told, and somebody who knows why may judge despite them.
CREATE OR REPLACE FUNCTION content.kinds_apart(mine uuid[], theirs uuid[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT format('One is a %s, the other a %s.', a.schema, b.schema) FROM content.aspect a, content.aspect b
  WHERE a.entity = ANY (mine) AND b.entity = ANY (theirs) AND NOT content.can_be_one(a.schema, b.schema)
  ORDER BY a.schema, b.schema LIMIT 1);

CREATE OR REPLACE FUNCTION content.births_apart(mine uuid[], theirs uuid[]) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (WITH born AS (SELECT DISTINCT a.entity = ANY (mine) AS here, left(v, 10) AS v FROM content.aspect a,
      jsonb_array_elements_text(CASE WHEN jsonb_typeof(a.properties -> 'birthDate') = 'array'
        THEN a.properties -> 'birthDate' ELSE '[]' END) v
    WHERE a.entity = ANY (mine || theirs))
  SELECT format('Born %s on one side, %s on the other.', string_agg(v, ', ' ORDER BY v) FILTER (WHERE here),
      string_agg(v, ', ' ORDER BY v) FILTER (WHERE NOT here)) FROM born
  HAVING bool_or(here) AND bool_or(NOT here) AND NOT EXISTS (SELECT FROM born a, born b WHERE a.here AND NOT b.here
    -- 1955 and 1955-03-02 agree as far as they say.
    AND (starts_with(a.v, b.v) OR starts_with(b.v, a.v))));

-- An entity as a sentence names it: its caption and its printed id.
CREATE OR REPLACE FUNCTION content.named(entity text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT format('%s [%s]', NULLIF(min(a.caption), ''),
  min(content.printed(a.source, a.schema, a.entity))) FROM content.aspect a
  WHERE a.entity = named.entity::uuid);

-- Through which judged pairs the two are joined, as the caller sees it, leaving out some pairs (`without`: texts
-- left=right, smaller id first); NULL when they aren't.
CREATE OR REPLACE FUNCTION content.joined_through(one uuid, other uuid, without text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE through jsonb;
BEGIN
  WITH RECURSIVE known AS (SELECT DISTINCT j.member FROM content.joined(ARRAY[one, other]) j),
    newest AS (SELECT DISTINCT ON (j."left", j."right") j."left" AS l, j."right" AS r, j.verdict, j.account_name AS by
      FROM content.judgement j
      WHERE j."left" IN (SELECT member FROM known) AND j."right" IN (SELECT member FROM known)
      ORDER BY j."left", j."right", j.at DESC, j.id),
    pair AS (SELECT l, r, by FROM newest WHERE verdict = 'same' AND NOT l || '=' || r = ANY (without)),
    way AS (SELECT one AS at, ARRAY[one] AS been, '[]'::jsonb AS links
      UNION ALL SELECT n.far, w.been || n.far, w.links || jsonb_build_object('left', n.l, 'right', n.r, 'by', n.by)
      FROM way w JOIN LATERAL (SELECT CASE WHEN p.l = w.at THEN p.r ELSE p.l END AS far, p.l, p.r, p.by FROM pair p
        WHERE w.at IN (p.l, p.r)) n ON n.far <> ALL (w.been) WHERE cardinality(w.been) < 12 AND w.at <> other)
  SELECT w.links INTO through FROM (SELECT * FROM way LIMIT 5000) w WHERE w.at = other
    ORDER BY jsonb_array_length(w.links) LIMIT 1;
  RETURN through;
END $$;
