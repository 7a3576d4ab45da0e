-- Shared by the functions of this room; under the caller's rights and row-level security.

-- The judgements on these entities that the caller may see, newest first.
CREATE OR REPLACE FUNCTION content.judged(members uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT COALESCE(jsonb_agg(jsonb_build_object('id', j.id, 'left', j."left", 'right', j."right", 'verdict', j.verdict,
    'reason', j.evidence, 'score', j.score, 'parts', j.parts, 'by', j.account_name, 'at', line.stamp(j.at), 'marking', j.marking,
    'counts', NOT EXISTS (SELECT FROM content.judgement n WHERE n."left" = j."left" AND n."right" = j."right" AND (n.at, n.id) > (j.at, j.id)))
    ORDER BY j.at DESC, j.id), '[]')
  FROM (SELECT * FROM content.judgement x WHERE x."left" = ANY (members) OR x."right" = ANY (members)
    ORDER BY x.at DESC LIMIT 500) j
$$;

DO $own$
BEGIN
  ALTER FUNCTION content.judged(uuid[]) OWNER TO brightline_owner;
  REVOKE ALL ON FUNCTION content.judged(uuid[]) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION content.judged(uuid[]) TO brightline_reader, brightline_writer;
END $own$;
