-- From bare links to what a graph shows: ends joined to entities, captions, records, markings in words. Under the
-- caller's rights and row-level security, like everything that reads content.

-- `canonical` says of each merged entity by which id `nodes` and `edges` call it.
-- `from` and `to` are told as they were said (content.dated).
-- edges: [{id, a, b, kind, from, to, weight, source, record_id, aspect, marking}], a and b entities as the link has
-- them.
-- callers: reader, writer
-- owner: owner
CREATE OR REPLACE FUNCTION content.dress(edges jsonb, alone uuid[], counted integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ends uuid[] := ARRAY(SELECT (e ->> 'a')::uuid FROM jsonb_array_elements(edges) e UNION
    SELECT (e ->> 'b')::uuid FROM jsonb_array_elements(edges) e UNION SELECT unnest(alone));
  canonical jsonb; nodes jsonb; dressed jsonb; r jsonb;
BEGIN
  SELECT jsonb_object_agg(j.entity, j.canonical) INTO canonical FROM (SELECT DISTINCT x.entity, x.canonical
    FROM content.joined(ARRAY(SELECT a.entity FROM content.aspect a WHERE a.entity = ANY (ends)
      AND a.cluster <> a.entity)) x) j;
  canonical := COALESCE(canonical, '{}');
  WITH pair AS MATERIALIZED (SELECT COALESCE((canonical ->> e::text)::uuid, e) AS canonical,
    e AS member FROM unnest(ends) e)
  SELECT COALESCE(jsonb_object_agg(c.canonical, c.card || jsonb_build_object('degree', CASE WHEN counted > 0 THEN
      (SELECT count(*) FROM (SELECT FROM content.link l WHERE l.src = c.canonical LIMIT counted) x)
        END)), '{}') INTO nodes
    FROM content.cards((SELECT array_agg(p.canonical ORDER BY p.member) FROM pair p), (SELECT array_agg(p.member
      ORDER BY p.member) FROM pair p)) c;
  -- An end without a visible row has no business here: publishing keeps such links out, and if one got in, it isn't
  -- shown.
  SELECT COALESCE(jsonb_agg(e.edge || jsonb_build_object('a', e.a, 'b', e.b, 'record',
    (SELECT y.source || ':' || y.source_key
      FROM content.record y WHERE y.id = (e.edge ->> 'record_id')::uuid)) ||
        COALESCE((SELECT content.dated(w.properties,
        (e.edge ->> 'from')::date, (e.edge ->> 'to')::date) FROM content.aspect w
          WHERE w.record = (e.edge ->> 'record_id')::uuid
        AND w.id = (e.edge ->> 'aspect')::uuid LIMIT 1), '{}') ORDER BY e.o), '[]') INTO dressed
    FROM (SELECT DISTINCT
      ON (x.edge ->> 'id') x.edge, x.o, COALESCE(canonical ->> (x.edge ->> 'a'), x.edge ->> 'a') AS a,
      COALESCE(canonical ->> (x.edge ->> 'b'), x.edge ->> 'b') AS b
      FROM jsonb_array_elements(edges) WITH ORDINALITY x (edge, o) ORDER BY x.edge ->> 'id', x.o) e
    WHERE nodes ? e.a AND nodes ? e.b;
  r := jsonb_build_object('nodes', nodes, 'edges', dressed, 'canonical', canonical);
  RETURN r || jsonb_build_object('markings', line.marking_words(ARRAY(
      SELECT (e ->> 'marking')::integer FROM jsonb_array_elements(dressed) e
      UNION SELECT m::integer FROM jsonb_each(nodes) n, jsonb_array_elements_text(n.value -> 'markings') m)),
    '_shown', (SELECT COALESCE(jsonb_agg(k), '[]') FROM jsonb_object_keys(nodes) k));
END $$;
