-- Row-level security of bulk runs, written anew at each installation: a request shows under its own purpose, and,
-- without lines and hits, at the desks and oversight tasks that see its case. A hit that nobody judged in time is gone
-- for all.
DO $policies$
DECLARE t text; rule text;
BEGIN
  FOREACH t IN ARRAY ARRAY['request', 'line', 'hit', 'verdict'] LOOP
    rule := CASE t
      WHEN 'request' THEN
        'purpose = line.search_purpose() OR line.pass_kind() IN (''desk'', ''oversight'') AND case_id IN (SELECT '
        'line.cases())'
      WHEN 'line' THEN 'request IN (SELECT r.id FROM bulk.request r WHERE r.purpose = line.search_purpose())'
      WHEN 'hit' THEN 'request IN (SELECT r.id FROM bulk.request r WHERE r.purpose = line.search_purpose())
        AND (verdict IS NOT NULL OR expires > clock_timestamp())'
      ELSE 'hit IN (SELECT h.id FROM bulk.hit h)' END;
    EXECUTE format('DROP POLICY IF EXISTS read ON bulk.%I', t);
    EXECUTE format('CREATE POLICY read ON bulk.%I FOR SELECT TO brightline_reader, brightline_writer USING (%s)', t,
      rule);
  END LOOP;
END $policies$;
DROP POLICY IF EXISTS read ON bulk.transition;
CREATE POLICY read ON bulk.transition FOR SELECT TO brightline_reader, brightline_writer USING (true);

-- The request that a call means, as far as the caller sees it.
CREATE OR REPLACE FUNCTION bulk.find(ctx line.context, p jsonb) RETURNS bulk.request
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE r bulk.request; wanted text := upper(line.need(p, 'bulk', 40));
BEGIN
  SELECT * INTO r FROM bulk.request x WHERE x.number = wanted;
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN r;
END $$;

CREATE OR REPLACE FUNCTION bulk.told(r bulk.request) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('bulk', r.number, 'state', r.state, 'kind', r.kind, 'case',
  line.search_case(r.case_id), 'unit', r.unit,
  'by', line.accounts_name(r.account), 'by_title', line.accounts_title(r.account), 'population',
    r.population, 'aim', r.aim,
  'expected', r.expected, 'size', r.size, 'threshold', r.threshold, 'earlier', r.earlier, 'seed',
    encode(r.seed, 'hex'), 'sample', r.sample,
  'sample_hits', r.sample_hits, 'confirmed', r.confirmed, 'wrong', r.wrong, 'unsure', r.unsure,
    'error_rate', r.error_rate,
  'error_high', r.error_high, 'decider', line.accounts_name(r.decider), 'decided', line.stamp(r.decided),
    'decision', r.decision,
  'run_by', line.stamp(r.run_by), 'searched', r.searched, 'found', r.found, 'made', line.stamp(r.made), 'revision',
    line.revision(to_jsonb(r) - ARRAY['changed', 'searched', 'found']),
  'acts', (SELECT COALESCE(jsonb_agg(t.act ORDER BY t.act), '[]') FROM bulk.transition t WHERE t.state = r.state
    AND t.act NOT IN ('measure', 'finish')));

CREATE OR REPLACE FUNCTION bulk.request_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE r bulk.request := bulk.find(ctx, p);
BEGIN
  -- Held first, and then read again: of two decisions at once the second waits here and sees what the first one left.
  PERFORM line.search_bulk_hold(r.id);
  RETURN to_jsonb(bulk.find(ctx, p)) - ARRAY['changed', 'searched', 'found'];
END $$;

-- Entities that attributes alone name, as search_find filters them; one more than `most` says that there are more.
CREATE OR REPLACE FUNCTION bulk.matching(filters jsonb, most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  schemas text[] := line.texts(filters, 'schemas', 200); sources text[] := line.texts(filters, 'sources', 200);
  countries text[] := line.texts(filters, 'countries', 200); since date := line.date(filters, 'from');
  until date := line.date(filters, 'to');
  rule text := '';
BEGIN
  IF cardinality(schemas) > 0 THEN rule := rule || format(' AND a.schema = ANY (%L::text[])', schemas::text); END IF;
  IF cardinality(sources) > 0 THEN rule := rule || format(' AND a.source = ANY (%L::text[])', sources::text); END IF;
  IF cardinality(countries) > 0 THEN
    rule := rule ||
      format(' AND (a.properties -> %2$L ?| %1$L::text[] OR a.properties -> %3$L ?| %1$L::text[] OR a.properties -> '
        '%4$L ?| %1$L::text[])',
      countries::text, 'country', 'jurisdiction', 'nationality');
  END IF;
  IF since IS NOT NULL THEN rule := rule || format(' AND a.last >= %L::date', since); END IF;
  IF until IS NOT NULL THEN rule := rule || format(' AND a.first <= %L::date', until); END IF;
  RETURN QUERY EXECUTE format('SELECT DISTINCT a.entity FROM content.aspect a WHERE true%s LIMIT %s', rule, most + 1);
END $$;

-- One line of a list, looked up: its best matches as {entity, members, score, matched}. A known birth date that differs
-- rules a match out; what matched is said, since name and birth date alone carry no action.
CREATE OR REPLACE FUNCTION bulk.look(ctx line.context, r bulk.request, l bulk.line) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found jsonb := "inner".search_find(ctx, r.filters || jsonb_build_object('q', l.q, 'words', l.words,
    'fuzzy', r.fuzzy, 'limit', 5));
  h jsonb; members uuid[]; born text[]; known text[]; told jsonb := '[]';
BEGIN
  known := ARRAY(SELECT i FROM jsonb_array_elements(l.words) w,
    jsonb_array_elements_text(CASE jsonb_typeof(w -> 'identifiers') WHEN 'array'
    THEN w -> 'identifiers' ELSE '[]' END) i);
  known := content.with_scopes(known, ARRAY(SELECT line.scoped_markings()));
  FOR h IN SELECT e FROM jsonb_array_elements(found -> 'hits') e LOOP
    members := ARRAY(SELECT j.member FROM content.joined(ARRAY[right(h ->> 'id', 32)::uuid]) j ORDER BY 1);
    IF members = '{}' THEN members := ARRAY[right(h ->> 'id', 32)::uuid]; END IF;
    born := ARRAY(SELECT b FROM content.aspect a, jsonb_array_elements_text(COALESCE(a.properties -> 'birthDate', '[]'))
      b WHERE a.entity = ANY (members));
    IF l.born IS NOT NULL AND cardinality(born) > 0 AND NOT EXISTS (SELECT FROM unnest(born) b
      WHERE b LIKE l.born || '%' OR l.born LIKE b || '%') THEN CONTINUE; END IF;
    told := told || jsonb_build_array(jsonb_build_object('entity', right(h ->> 'id', 32)::uuid, 'members',
      to_jsonb(members), 'score', h -> 'score', 'matched',
      to_jsonb(array_remove(ARRAY['name', CASE WHEN l.born IS NOT NULL AND cardinality(born) > 0 THEN 'birth_date' END,
        CASE WHEN EXISTS (SELECT FROM content.aspect a WHERE a.entity = ANY (members) AND a.keys && known)
          THEN 'identifier' END], NULL))));
  END LOOP;
  RETURN told;
END $$;

DO $own$
DECLARE f regprocedure;
BEGIN
  FOR f IN SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'bulk'::regnamespace LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO brightline_owner', f);
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO brightline_reader, brightline_writer', f);
  END LOOP;
END $own$;
