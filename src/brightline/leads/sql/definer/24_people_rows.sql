-- Rows of a source become leads, many at once; a row that came before and says something else is a change that somebody
-- looks at.
-- callers: none

-- Numbers that tell nothing. Of a file they are long, so that many of them are found at once.
CREATE OR REPLACE FUNCTION line.leads_numbers(wanted integer) RETURNS text[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found text[] := '{}';
BEGIN
  IF wanted <= 100 THEN
    WHILE cardinality(found) < wanted LOOP
      found := ARRAY(SELECT DISTINCT n FROM unnest(found || line.leads_number('L')) n);
    END LOOP;
    RETURN found;
  END IF;
  FOR turn IN 1 .. 20 LOOP
    found := (ARRAY(SELECT n FROM unnest(found) n UNION
      SELECT x.n FROM (SELECT line.number_drawn('L', 8) AS n FROM generate_series(1, wanted)) x
      WHERE NOT EXISTS (SELECT FROM leads.lead f WHERE f.number = x.n)))[1:wanted];
    EXIT WHEN cardinality(found) = wanted;
  END LOOP;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION line.leads_row_digest(given jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(convert_to((given - 'row' - 'promoted_from')::text, 'UTF8'));

-- Rows become leads of this programme: {accepted, known, changed, linked, held, numbers, subjects}. Set by set: what is
-- one statement for a row is one for a thousand.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_put(ctx line.context, g leads.programme, of_intake uuid, rows jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made jsonb; known integer := 0; given constant integer := jsonb_array_length(rows); changed integer := 0;
one record; ids uuid[]; twin uuid;
BEGIN
  IF line.leads_unit() IS DISTINCT FROM ctx.unit OR g.unit <> ctx.unit THEN PERFORM line.missing(ctx); END IF;
  FOR one IN SELECT l.id, r, l.row_digest = line.leads_row_digest(r) AS same
    FROM jsonb_array_elements(rows) WITH ORDINALITY x(r, o)
      JOIN leads.lead l ON l.programme = g.name AND l.source_key = r ->> 'key' ORDER BY x.o LOOP
    IF NOT COALESCE(one.same, false) AND line.leads_changed(ctx, one.id, one.r, of_intake)
      THEN changed := changed + 1; END IF;
  END LOOP;
  made := (SELECT COALESCE(jsonb_agg(x.r || jsonb_build_object('id', gen_random_uuid(), 'subject',
    gen_random_uuid()) ORDER BY x.o), '[]')
    FROM (SELECT DISTINCT ON (r ->> 'key') r, o FROM jsonb_array_elements(rows) WITH ORDINALITY y(r, o)
      WHERE NOT EXISTS (SELECT FROM leads.lead l WHERE l.programme = g.name AND l.source_key = r ->> 'key')
        AND NOT EXISTS (SELECT FROM retention.gone d
          WHERE d.mark = line.retention_row(g.source, r ->> 'key', line.leads_row_digest(r)))
          ORDER BY r ->> 'key', o) x);
  -- What was purged stays away, unless it says something else now; a key that stands twice comes in once.
  known := given - changed - jsonb_array_length(made);
  ids := ARRAY(SELECT (m ->> 'id')::uuid FROM jsonb_array_elements(made) m);
  PERFORM line.leads_written(ctx, g, of_intake, made, line.leads_numbers(jsonb_array_length(made)));
  FOR one IN SELECT (m ->> 'id')::uuid AS id FROM jsonb_array_elements(made) WITH ORDINALITY y(m, o) WHERE EXISTS (
      SELECT FROM leads.identifier i JOIN leads.identifier k ON k.type = i.type
        AND k.value = i.value AND k.lead <> i.lead
      WHERE i.lead = (m ->> 'id')::uuid AND NOT line.leads_weak(i.type, i.value)) ORDER BY y.o LOOP
    PERFORM line.leads_join(one.id);
    twin := line.leads_repeats(one.id);
    IF twin IS NOT NULL THEN UPDATE leads.lead x SET duplicate_of = twin WHERE x.id = one.id; END IF;
  END LOOP;
  RETURN (SELECT jsonb_build_object('accepted', count(*), 'known', known, 'changed', changed,
      'linked', count(*) FILTER (WHERE EXISTS (SELECT FROM leads.lead o WHERE o.subject = f.subject AND o.id <> f.id)),
      'held', (SELECT count(*) FROM jsonb_array_elements(made) m WHERE m ->> 'claim' <> ''),
      'numbers', COALESCE(jsonb_agg(f.number ORDER BY f.intake_row), '[]'), 'subjects',
        COALESCE(jsonb_agg(DISTINCT f.subject), '[]'))
    FROM leads.lead f WHERE f.id = ANY (ids));
END $$;

-- What the rows say, in the tables. A claim of status holds at once, after the people are known by whom it is matched.
CREATE OR REPLACE FUNCTION line.leads_written(ctx line.context, g leads.programme, of_intake uuid, made jsonb,
  numbers text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE label integer := line.leads_marking(g.source);
BEGIN
  INSERT INTO line.lead_ref (lead, unit) SELECT (m ->> 'id')::uuid, ctx.unit FROM jsonb_array_elements(made) m;
  INSERT INTO leads.lead (id, number, programme, version, unit, regime, authority, source, source_key, marking, title,
    priority, received, due,
      keep_until, subject, intake, intake_row, row_digest, promoted_from)
    SELECT (m ->> 'id')::uuid, numbers[o], g.name, g.version, g.unit, g.regime, g.authority, g.source, m ->> 'key',
      label, m ->> 'title', m ->> 'priority', r.at,
      r.at + make_interval(hours => COALESCE((SELECT (x ->> 'hours')::integer
        FROM jsonb_array_elements(g.config -> 'priorities') x WHERE x ->> 'name' = m ->> 'priority'), 336)),
      (r.at AT TIME ZONE 'UTC')::date + (g.config ->> 'keep_days')::integer, (m ->> 'subject')::uuid, of_intake,
        (m ->> 'row')::integer,
      line.leads_row_digest(m - 'id' - 'subject'), (m ->> 'promoted_from')::uuid
    FROM jsonb_array_elements(made) WITH ORDINALITY y(m, o) CROSS
      JOIN LATERAL (SELECT (m ->> 'received')::timestamptz AS at) r;
  INSERT INTO leads.content (lead, schema, properties, narrative)
    SELECT (m ->> 'id')::uuid, COALESCE(m ->> 'schema', g.config ->> 'schema'), m -> 'properties', m ->> 'narrative'
      FROM jsonb_array_elements(made) m;
  INSERT INTO leads.identifier (lead, type, value)
    SELECT DISTINCT (m ->> 'id')::uuid, i ->> 'type', i ->> 'value'
      FROM jsonb_array_elements(made) m, jsonb_array_elements(m -> 'identifiers') i;
  INSERT INTO leads.associate (lead, name, relation, expires)
    SELECT f.id, a ->> 'name', a ->> 'relation', (f.keep_until + 1)::timestamptz
    FROM jsonb_array_elements(made) m JOIN leads.lead f
      ON f.id = (m ->> 'id')::uuid, jsonb_array_elements(m -> 'associates') a;
  INSERT INTO leads.event (lead, account, account_name, what, details, entry)
    SELECT (m ->> 'id')::uuid, ctx.account, ctx.account_name, CASE WHEN of_intake IS NULL
      THEN 'began with an associate''s predicate' ELSE 'received' END,
      jsonb_build_object('programme', g.name, 'version', g.version, 'row', m -> 'row'), ctx.entry
        FROM jsonb_array_elements(made) m;
  INSERT INTO leads.hold (lead, claim, opened_by)
    SELECT (m ->> 'id')::uuid, m ->> 'claim', ctx.account FROM jsonb_array_elements(made) m
      WHERE COALESCE(m ->> 'claim', '') <> '';
END $$;

-- ----------------------------------------------------------------------------------------- a row once more

-- In what a row that comes again says something else than is kept: {field: {was, is}}.
CREATE OR REPLACE FUNCTION line.leads_difference(of_lead uuid, given jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT COALESCE(jsonb_object_agg(d.field, jsonb_build_object('was', d.was, 'is', d.is_now)), '{}')
    FROM leads.lead f JOIN leads.content c ON c.lead = f.id CROSS JOIN LATERAL (
      SELECT v.field, v.was, v.is_now
        FROM (VALUES ('title', f.title, given ->> 'title'), ('narrative', c.narrative, given ->> 'narrative'),
          ('priority', f.priority, given ->> 'priority'), ('received', line.stamp(f.received),
            line.stamp((given ->> 'received')::timestamptz)),
          ('claim', (SELECT string_agg(h.claim, '; ') FROM leads.hold h WHERE h.lead = f.id),
            CASE WHEN given ->> 'claim' <> '' AND NOT EXISTS (SELECT FROM leads.hold h WHERE h.lead = f.id
              AND h.claim = given ->> 'claim') THEN given ->> 'claim'
              ELSE (SELECT string_agg(h.claim, '; ') FROM leads.hold h WHERE h.lead = f.id) END)) v(field, was, is_now)
        WHERE COALESCE(v.was, '') <> COALESCE(v.is_now, '')
      UNION ALL
      SELECT k, c.properties -> k #>> '{0}', given -> 'properties' -> k #>> '{0}'
        FROM (SELECT jsonb_object_keys(c.properties || (given -> 'properties')) AS k) x
        WHERE COALESCE(c.properties -> k, '[]') <> COALESCE(given -> 'properties' -> k, '[]')
      UNION ALL
      SELECT 'associates', '', string_agg(a ->> 'relation', ', ' ORDER BY a ->> 'relation')
        FROM jsonb_array_elements(given -> 'associates') a
        WHERE f.state NOT IN ('closed', 'finished') AND NOT EXISTS (SELECT FROM leads.associate s WHERE s.lead = f.id
          AND s.name = a ->> 'name') HAVING count(*) > 0) d
    WHERE f.id = of_lead);
END $$;

-- A row of a known key: is it a change that nobody has seen yet? Then it is kept, holds what it claims, and whoever has
-- a package of this lead hears of it.
CREATE OR REPLACE FUNCTION line.leads_changed(ctx line.context, of_lead uuid, given jsonb,
  of_intake uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE differs jsonb := line.leads_difference(of_lead, given); mark bytea := line.leads_row_digest(given);
names text[]; open_one leads.change;
BEGIN
  SELECT * INTO open_one FROM leads.change k WHERE k.lead = of_lead AND k.state = 'open' FOR UPDATE;
  IF differs = '{}' THEN
    UPDATE leads.lead x SET row_digest = mark WHERE x.id = of_lead;
    UPDATE leads.change k SET state = 'replaced' WHERE k.id = open_one.id;
    RETURN open_one.id IS NOT NULL;
  END IF;
  IF open_one.digest = mark OR open_one.id IS NULL AND mark = (SELECT k.digest FROM leads.change k
    WHERE k.lead = of_lead AND k.state IN ('taken', 'left')
      ORDER BY k.made DESC, k.id LIMIT 1) THEN RETURN false; END IF;
  UPDATE leads.change k SET state = 'replaced' WHERE k.id = open_one.id;
  names := ARRAY(SELECT k FROM jsonb_object_keys(differs) k ORDER BY 1);
  INSERT INTO leads.change (lead, intake, given, digest, difference, fields)
    VALUES (of_lead, of_intake, given, mark, differs, names);
  INSERT INTO leads.event (lead, account, account_name, what, details, entry)
    VALUES (of_lead, ctx.account, ctx.account_name, 'the source sent it otherwise', jsonb_build_object('fields',
      to_jsonb(names)), ctx.entry);
  IF differs ? 'claim' THEN
    INSERT INTO leads.hold (lead, claim, opened_by) VALUES (of_lead, given ->> 'claim', ctx.account)
      ON CONFLICT DO NOTHING; END IF;
  INSERT INTO leads.notice (kind, to_unit, text, details)
    SELECT 'changed', r.to_unit,
      'The source has corrected a lead that was referred to you: ask its unit before you act on it.',
      jsonb_build_object('referral', r.number, 'fields', to_jsonb(COALESCE(ARRAY(SELECT n FROM unnest(names) n
        WHERE r.fields IS NULL OR n = ANY (r.fields)), '{}')))
    FROM leads.referral r WHERE r.lead = of_lead AND r.state IN ('sent', 'acknowledged', 'accepted', 'finished');
  RETURN true;
END $$;

-- Has nobody looked yet at what the source sends otherwise?
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_unseen(of_lead uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM leads.change k WHERE k.lead = of_lead AND k.state = 'open');

-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_unseen_stop(ctx line.context, of_lead uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF line.leads_unseen(of_lead) THEN
    PERFORM line.refuse(ctx, 'changed', 'The source sends this lead otherwise now, and nobody has looked at that.',
      'Take the change, or leave it with a reason.'); END IF;
END $$;

-- A person takes the change: the lead says what its source says now. A hold keeps whom it held and holds who is stated
-- now; a lead that no longer agrees with its subject's others leaves it.
CREATE OR REPLACE FUNCTION line.leads_take(ctx line.context, k leads.change) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f leads.lead;
BEGIN
  PERFORM line.leads_guard(ctx, k.lead);
  UPDATE leads.lead x SET title = k.given ->> 'title', priority = k.given ->> 'priority', row_digest = k.digest,
    updated = ctx.at WHERE x.id = k.lead RETURNING * INTO f;
  UPDATE leads.content c SET properties = k.given -> 'properties', narrative = k.given ->>
    'narrative' WHERE c.lead = k.lead;
  DELETE FROM leads.identifier i WHERE i.lead = k.lead;
  INSERT INTO leads.identifier (lead, type, value) SELECT DISTINCT k.lead, i ->> 'type', i ->> 'value'
    FROM jsonb_array_elements(k.given -> 'identifiers') i;
  INSERT INTO leads.associate (lead, name, relation, expires) SELECT k.lead, a ->> 'name', a ->> 'relation',
    (f.keep_until + 1)::timestamptz
    FROM jsonb_array_elements(k.given -> 'associates') a WHERE NOT EXISTS (SELECT FROM leads.associate s
      WHERE s.lead = k.lead AND s.name = a ->> 'name');
  UPDATE leads.hold h SET keys = ARRAY(SELECT DISTINCT w FROM unnest(h.keys || line.leads_keys(k.lead, true)) w)
    WHERE h.lead = k.lead AND h.state IN ('open', 'upheld');
  IF EXISTS (SELECT FROM leads.lead o WHERE o.subject = f.subject AND o.id <> f.id
    AND line.leads_differ(f.id, o.id) <> '{}') THEN
    UPDATE leads.lead x SET subject = gen_random_uuid(), duplicate_of = NULL WHERE x.id = f.id; END IF;
  PERFORM line.leads_join(f.id);
END $$;

-- Somebody has looked: the change is taken, and a lead that was decided on is vetted again; or it is left, with a
-- reason.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_settle(ctx line.context, k leads.change, how text, why text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.leads_guard(ctx, k.lead);
  UPDATE leads.change x SET state = how, decided = ctx.at, decided_by = ctx.account, reason = why WHERE x.id = k.id;
  IF how = 'taken' THEN
    PERFORM line.leads_take(ctx, k);
    UPDATE leads.lead x SET state = 'vetting', code = NULL, closed = NULL, closed_by = NULL, close_reason = NULL,
      vetter = COALESCE(x.vetter, ctx.account), updated = ctx.at,
        keep_until = (x.received AT TIME ZONE 'UTC')::date + (g.config ->> 'keep_days')::integer
      FROM leads.programme g WHERE x.id = k.lead AND x.state IN ('viable', 'closed') AND g.name = x.programme
        AND g.version = x.version;
  END IF;
END $$;
