-- What the installed functions of this room need beyond their own rights.
-- callers: writer

-- Feeds that somebody at this desk may handle: the custodian unit's own, those of the unit's regime, and all of them
-- for a unit that belongs to no regime (a records office) and for oversight.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION feed.mine(ctx line.context) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.name FROM feed.feed f JOIN line.source s ON s.name = f.source JOIN line.authority a ON a.code = s.authority
  LEFT JOIN line.unit u ON u.name = ctx.unit
  WHERE ctx.kind = 'oversight' OR u.regime IS NULL OR s.custodian_unit = ctx.unit OR a.regime = u.regime
$$;

-- What of feed.yml decides what a row becomes: not its title, its terms, what is expected, where its files lie and when
-- they are read.
CREATE OR REPLACE FUNCTION feed.decides(m jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (m - ARRAY['title', 'description', 'source', 'agreement', 'assessment', 'authority', 'expect'])
  || jsonb_build_object('input', (m -> 'input') - ARRAY['path', 'mode', 'schedule', 'max_cell'],
    'source', m #> '{source,name}');

-- May this desk register a feed of this source? [code, detail, hint]
CREATE OR REPLACE FUNCTION feed.may_add(ctx line.context, m jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s line.source; of text := m #>> '{source,name}';
  why text[] := feed.objection(m #>> '{source,name}'); u line.unit; g text;
BEGIN
  SELECT * INTO s FROM line.source x WHERE x.name = of;
  SELECT * INTO u FROM line.unit x WHERE x.name = ctx.unit;
  SELECT a.regime INTO g FROM line.authority a WHERE a.code = s.authority;
  IF why IS NOT NULL THEN RETURN why; END IF;
  IF u.regime IS NOT NULL AND s.custodian_unit IS DISTINCT FROM ctx.unit AND g IS DISTINCT FROM u.regime THEN
    RETURN ARRAY['no_source', format('There is no active source %s.', of),
      'Register it: brightline source add feed.yml.'];
  END IF;
  IF s.authority IS DISTINCT FROM m ->> 'authority' THEN
    RETURN ARRAY['authority', format('feed.yml says authority %s, the source is held under %s.', m ->> 'authority',
      s.authority), 'Make them agree.'];
  END IF;
  IF NOT EXISTS (SELECT FROM line.agreement x WHERE x.source = of AND x.id = m #>> '{agreement,id}') THEN
    RETURN ARRAY['agreement', format('Source %s has no agreement %s.', of, m #>> '{agreement,id}'),
      'Register the agreement of feed.yml first.'];
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION feed.run_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run; wanted uuid := line.uuid(p, 'run');
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = wanted AND x.feed IN (SELECT feed.mine(ctx)) FOR UPDATE;
  RETURN CASE WHEN r.id IS NOT NULL THEN feed.run_doc(r) END;
END $$;

-- Queues the run's job in the caller's transaction; its only argument is the run's id.
CREATE OR REPLACE FUNCTION feed.queue(which uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r feed.run;
BEGIN
  SELECT * INTO r FROM feed.run x WHERE x.id = which AND x.state = 'queued';
  IF r.id IS NOT NULL THEN
    PERFORM jobs.defer('feeds', 'feed_refresh', 'feed:' || r.feed, jsonb_build_object('run', which)); END IF;
END $$;
