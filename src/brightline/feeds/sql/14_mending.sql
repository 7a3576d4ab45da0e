-- Values that a steward has mended: a layer over what the source says, for as long as it says the same.
-- callers: none

-- Those that hold, for the feed process; in their order, since one may mend what another made.
CREATE OR REPLACE FUNCTION feed.mendings(of text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('key', m.source_key, 'column', m.column_name, 'wrong',
  m.wrong, 'value', m.value)
  ORDER BY m.at, m.id), '[]') FROM feed.mending m WHERE m.feed = of AND m.ended IS NULL);

-- callers: reader, writer
CREATE OR REPLACE FUNCTION feed.mending_told(m feed.mending) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', m.id, 'feed', m.feed, 'key', m.source_key, 'column', m.column_name, 'wrong',
  m.wrong, 'value', m.value,
  'reason', m.reason, 'by', m.account_name, 'at', line.stamp(m.at), 'ended', line.stamp(m.ended),
    'end_reason', m.end_reason);

-- What is mended of a row, for whoever may see the row: asked by its id, which row-level security gave.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION feed.mended(record uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(feed.mending_told(m) - 'id' - 'feed' - 'key' ORDER BY m.at), '[]')
  FROM content.record c JOIN feed.run o ON o.id = c.run JOIN feed.mending m ON m.feed = o.feed
    AND m.source_key = c.source_key
  WHERE c.id = mended.record AND (m.ended IS NULL OR m.ended > c.at)
    AND (NOT c.payload ? m.column_name OR btrim(c.payload ->> m.column_name) IN (btrim(m.wrong), btrim(m.value))));

-- What the source says now where something was mended: another value ends the mending, as does the end of the row.
CREATE OR REPLACE FUNCTION feed.mendings_end(r feed.run) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE feed.mending m SET ended = clock_timestamp(),
    end_reason = CASE t.op WHEN 'g' THEN 'the source no longer has the row' ELSE 'the source says something else' END
  FROM stage.todo t LEFT JOIN stage.record x ON x.run = t.run AND x.key = t.key
  WHERE t.run = r.id AND m.feed = r.feed AND m.source_key = t.key AND m.ended IS NULL
    AND (t.op = 'g' OR x.payload ? m.column_name AND jsonb_typeof(x.payload -> m.column_name) <> 'array'
      AND btrim(x.payload ->> m.column_name) NOT IN (btrim(m.wrong), btrim(m.value)))
$$;

-- Rows that were handed in mended: each cell that differs from what the source said is mended from now on.
CREATE OR REPLACE FUNCTION feed.mendings_take(r feed.run) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO feed.mending (feed, source_key, column_name, wrong, value, reason, account, account_name)
    SELECT r.feed, t.key, k, COALESCE(o.payload ->> k, ''), COALESCE(x.payload ->> k, ''),
      'Handed in mended, as a file of rows to replay.',
      r.account, r.account_name
    FROM stage.todo t JOIN content.record o ON o.id = t.old JOIN stage.record x ON x.run = t.run AND x.key = t.key,
      LATERAL jsonb_object_keys(o.payload || x.payload) k
    WHERE t.run = r.id AND t.op = 'c' AND o.payload ->> k IS DISTINCT FROM x.payload ->> k
      AND COALESCE(jsonb_typeof(o.payload -> k), 'string') = 'string'
        AND COALESCE(jsonb_typeof(x.payload -> k), 'string') = 'string'
      AND EXISTS (SELECT FROM feed.quarantine q WHERE q.id = ANY (r.replays) AND q.source_key = t.key)
  ON CONFLICT (feed, source_key, column_name, wrong) WHERE ended IS NULL
  DO UPDATE SET value = EXCLUDED.value, reason = EXCLUDED.reason, account = EXCLUDED.account, account_name
    = EXCLUDED.account_name,
    at = clock_timestamp()
$$;

CREATE OR REPLACE FUNCTION feed.mendings_after(r feed.run) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF r.kind = 'replay' AND r.input IS NOT NULL THEN PERFORM feed.mendings_take(r);
  ELSE PERFORM feed.mendings_end(r); END IF;
END $$;

-- Writes one, for an act that has looked at who asks and why. The newest value for what the source says counts.
-- callers: writer
CREATE OR REPLACE FUNCTION feed.mend(ctx line.context, of text, key text, named text, wrongly text, rightly text,
  why text) RETURNS feed.mending
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made feed.mending;
BEGIN
  INSERT INTO feed.mending (feed, source_key, column_name, wrong, value, reason, account, account_name)
    VALUES (of, key, named, wrongly, rightly, why, ctx.account, ctx.account_name)
  ON CONFLICT (feed, source_key, column_name, wrong) WHERE ended IS NULL
  DO UPDATE SET value = EXCLUDED.value, reason = EXCLUDED.reason, account = EXCLUDED.account, account_name
    = EXCLUDED.account_name,
    at = clock_timestamp() RETURNING * INTO made;
  RETURN made;
END $$;

-- What the source's row says in a column now, as it came; NULL where it has no such column.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION feed.said(of text, key text, named text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT c.payload ->> named FROM content.record c JOIN feed.feed f ON f.name = of AND c.source = f.source
  WHERE c.source_key = key AND c.current AND NOT c.gone AND jsonb_typeof(c.payload -> named) = 'string');

-- callers: writer
CREATE OR REPLACE FUNCTION feed.mend_end(which uuid, of text, why text) RETURNS feed.mending
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE feed.mending SET ended = clock_timestamp(), end_reason = why WHERE id = which AND feed = of
    AND ended IS NULL RETURNING *
$$;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION feed.mending_list(of text[], ended_too boolean, most integer, past integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('total', (SELECT count(*) FROM feed.mending m WHERE m.feed = ANY (of)
  AND (ended_too OR m.ended IS NULL)),
  'items', COALESCE((SELECT jsonb_agg(feed.mending_told(x.m) ORDER BY (x.m).at DESC, (x.m).id)
    FROM (SELECT m FROM feed.mending m
    WHERE m.feed = ANY (of) AND (ended_too OR m.ended IS NULL) ORDER BY m.at DESC, m.id
      LIMIT most OFFSET past) x), '[]'));
