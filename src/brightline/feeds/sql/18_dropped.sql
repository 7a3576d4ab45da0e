-- What a source no longer has: listed by key, told to the cases that hold it, and never taken for something withheld.
-- callers: reader, writer

CREATE OR REPLACE FUNCTION feed.dropped(which uuid, most integer, past integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('total', (SELECT count(*) FROM content.record c WHERE c.run = which AND c.gone),
  'items', COALESCE((SELECT jsonb_agg(jsonb_build_object('key', x.source_key, 'at',
    line.stamp(x.at)) ORDER BY x.source_key)
    FROM (SELECT c.source_key, c.at FROM content.record c WHERE c.run = which AND c.gone ORDER BY c.source_key
      LIMIT most OFFSET past) x), '[]'));

-- When a feed was last looked at, whatever came of it, and when its data last changed.
CREATE OR REPLACE FUNCTION feed.freshness(of text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('looked', line.stamp(max(r.ended) FILTER (WHERE r.kind = 'refresh'
  AND r.state IN ('published', 'failed', 'withdrawn'))),
    'data_changed', line.stamp(max(r.ended) FILTER (WHERE r.state = 'published' AND r.new + r.changed + r.deleted > 0)))
  FROM feed.run r WHERE r.feed = of);

-- Lead and supervisor of each case that holds one of these: the source no longer has it. Nothing of the row is told.
-- callers: none
CREATE OR REPLACE FUNCTION feed.tell_dropped(r feed.run) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (
    SELECT DISTINCT o.entity AS object FROM feed.retired_aspect o JOIN stage.todo t ON t.run = r.id
      AND t.op = 'g' AND t.old = o.record
      WHERE o.retired_by = r.id AND NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = o.entity
        AND a.compartment IS NULL)
    UNION SELECT v.id FROM stage.todo t JOIN content.record g ON g.id = t.old JOIN content.record v
      ON v.source = g.source AND v.source_key = g.source_key
      WHERE t.run = r.id AND t.op = 'g')
  INSERT INTO cases.notice (account, kind, what, case_id, object, detail)
    SELECT DISTINCT m.account, 'source',
      format('the source behind the feed %s no longer has a record of this case since %s', r.feed, CURRENT_DATE),
      i.case_id, i.object, jsonb_build_object('feed', r.feed, 'item', i.printed, 'since', CURRENT_DATE)
    FROM gone d JOIN cases.item i ON i.object = d.object AND i.removed IS NULL
      JOIN cases.case_file f ON f.id = i.case_id
    JOIN line.case_member m ON m.case_id = i.case_id AND m.valid_to IS NULL
    WHERE m.capacity = 'lead' OR m.account = f.supervisor
$$;

-- Whoever asked for the run, and the stewards of their unit: the file wasn't there. Once a day for each feed.
-- callers: none
CREATE OR REPLACE FUNCTION feed.tell_missing(r feed.run) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO line.account_notice (account, kind, what)
    SELECT w.account, 'feed', format('the feed %s found no file: %s', r.feed, r.message) FROM (
      SELECT r.account AS account UNION SELECT x.account FROM line.role_grant x WHERE x.unit = r.unit
        AND x.role = 'steward' AND line.accounts_live(x)) w
    WHERE NOT EXISTS (SELECT FROM line.account_notice n WHERE n.account = w.account AND n.kind = 'feed'
      AND n.what LIKE format('the feed %s found no file%%', r.feed) AND n.at > clock_timestamp() - interval '20 hours')
$$;

-- Of an entity or row that a case holds and that nobody has any more: which source no longer has it since when, and
-- what it was last called; only where the purpose sees the marking that it had. NULL for anything else.
CREATE OR REPLACE FUNCTION feed.left_behind(object uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('source', o.source, 'since', line.stamp(g.at), 'caption',
  o.caption, 'schema', o.schema)
  FROM feed.retired_aspect o JOIN content.record v ON v.id = o.record
  JOIN content.record g ON g.source = v.source AND g.source_key = v.source_key AND g.current AND g.gone
  WHERE (o.entity = left_behind.object OR o.record = left_behind.object) AND o.compartment IS NULL
    AND o.schema <> 'Value'
    AND NOT EXISTS (SELECT FROM content.aspect a WHERE a.entity = o.entity AND a.compartment IS NULL)
    AND EXISTS (SELECT FROM line.visible_marking m WHERE m.purpose = (line.pass())[2]::uuid AND m.marking = o.marking)
  ORDER BY g.at DESC LIMIT 1);
