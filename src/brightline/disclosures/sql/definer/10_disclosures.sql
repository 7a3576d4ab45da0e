-- Disclosures see more than their caller at three points: an approver's queue, the second approver's row, and who asks
-- what went out about a person.
-- callers: writer

-- Which disclosures the pass may see: those of its cases; at an approver's desk those that wait for one or were decided
-- there.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.disclosures_seen() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass();
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN; END IF;
  RETURN QUERY SELECT d.id FROM disclosures.disclosure d WHERE d.case_id IN (SELECT line.cases());
  IF EXISTS (SELECT FROM line.purpose p WHERE p.id = parts[2]::uuid AND p.kind = 'desk' AND p.role = 'approver') THEN
    RETURN QUERY SELECT d.id FROM disclosures.disclosure d WHERE d.state <> 'draft'
      AND (d.people ->> 'total')::integer > line.rule_int('second_approver_above');
  END IF;
END $$;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.disclosures_limit() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.rule_int('second_approver_above');

CREATE OR REPLACE FUNCTION line.disclosures_number() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n text;
BEGIN
  FOR i IN 1 .. 60 LOOP
    n := line.number_tried('D', i);
    IF NOT EXISTS (SELECT FROM disclosures.disclosure d WHERE d.number = n) THEN RETURN n; END IF;
  END LOOP;
  PERFORM line.no_number('disclosure');
END $$;

-- Sources whose agreement lets nothing leave (redistribution none), among those of these markings.
CREATE OR REPLACE FUNCTION line.disclosures_barred(ids integer[]) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT o ->> 0 FROM line.marking m, jsonb_array_elements(m.origins) o
  WHERE m.id = ANY (ids) AND m.id IN (SELECT line.visible()) AND o ->> 0 <> 'case'
    AND NOT EXISTS (SELECT FROM line.agreement g WHERE g.source = o ->> 0 AND g.state = 'active'
      AND g.redistribution <> 'none'
      AND g.valid_from <= CURRENT_DATE AND g.expires >= CURRENT_DATE) ORDER BY 1);

-- Of these entities, those of which nothing stands open any more: sealed, covert or protected since, or gone.
-- callers: reader
CREATE OR REPLACE FUNCTION line.disclosures_covered(wanted uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT w FROM unnest(wanted) w WHERE NOT EXISTS (SELECT FROM content.aspect a
  JOIN line.marking m ON m.id = a.marking
  WHERE a.entity = w AND NOT m.scoped));

-- A source has published: where a value that was sent stands nowhere any more, the recipient is owed a correction, and
-- whoever prepared it and leads the case hear of it. What the value is now isn't said here: that leaves by a new
-- approval alone.
-- callers: none
CREATE OR REPLACE FUNCTION line.disclosures_corrected(src text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE w record; n integer := 0;
BEGIN
  FOR w IN
    WITH line AS (
      SELECT d.id, d.number, d.case_id, d.requester, i.entity, i.printed, v -> 'properties' AS sent
      FROM disclosures.disclosure d JOIN disclosures.package k ON k.disclosure = d.id AND k.sha256 = d.package
        CROSS JOIN LATERAL jsonb_array_elements(k.lines) v JOIN disclosures.item i ON i.disclosure = d.id
          AND i.printed = v ->> 'id'
      WHERE d.state = 'sent' AND v -> 'sources' ? src),
    gone AS (
      SELECT l.id, l.number, l.case_id, l.requester, l.printed, f.key,
        COALESCE((SELECT jsonb_agg(DISTINCT a.properties -> f.key ORDER BY a.properties -> f.key) FROM content.aspect a
          WHERE a.entity = l.entity
          AND (a.compartment IS NULL OR a.compartment = l.case_id))::text, '') AS now
      FROM line l, jsonb_each(l.sent) f
        WHERE EXISTS (SELECT FROM jsonb_array_elements_text(f.value) x WHERE NOT EXISTS (
        SELECT FROM content.aspect a WHERE a.entity = l.entity AND (a.compartment IS NULL OR a.compartment = l.case_id)
          AND a.properties -> f.key ? x)))
    SELECT g.id, g.number, g.case_id, g.requester, string_agg(format('%s of %s', g.key, g.printed), ', '
      ORDER BY g.printed, g.key) AS what,
      encode(sha256(convert_to(string_agg(g.printed || g.key || g.now, ' ' ORDER BY g.printed, g.key),
        'UTF8')), 'hex') AS about
    FROM gone g GROUP BY 1, 2, 3, 4 LOOP
    INSERT INTO disclosures.notice (disclosure, kind, text, account, about) VALUES (w.id, 'correction',
      format('The source has changed since this was sent and no longer says the same: %s.', w.what), w.requester,
        w.about) ON CONFLICT DO NOTHING;
    CONTINUE WHEN NOT FOUND;
    INSERT INTO cases.notice (account, kind, what, case_id, object) SELECT DISTINCT x, 'disclosure',
        format('a source changed what %s sent; its recipient is owed a correction', w.number), w.case_id, w.id
      FROM unnest(ARRAY[w.requester, (SELECT f.lead FROM cases.case_file f
        WHERE f.id = w.case_id)]) x WHERE x IS NOT NULL;
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;

-- Markings of what came by a crossing, or rests on it.
CREATE OR REPLACE FUNCTION line.disclosures_crossed() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.id FROM line.marking m WHERE m.id IN (SELECT line.visible()) AND 'crossed' = ANY (m.caveats)
$$;

-- The worst reliability among the sources of these markings.
CREATE OR REPLACE FUNCTION line.disclosures_reliability(ids integer[]) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE((SELECT max(s.reliability) FROM line.marking m, jsonb_array_elements(m.origins) o
  JOIN line.source s ON s.name = o ->> 0
  WHERE m.id = ANY (ids)), 'F');

-- Everything that was released about one entity, for the officer who answers the person's request (rule 12); crossings
-- to another regime inside the organisation carry the same fields (rule 13).
-- callers: reader
CREATE OR REPLACE FUNCTION line.disclosures_account(ctx line.context, wanted uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('disclosure', a.disclosure, 'released',
  line.stamp(a.released), 'nature', a.nature,
    'purpose', a.purpose, 'recipient', a.recipient, 'address', a.address, 'authority', a.authority, 'fields', a.fields,
    'keep_until', a.keep_until, 'internal', a.disclosure LIKE 'X-%') ORDER BY a.released), '[]')
  FROM disclosures.accounting a WHERE a.entity = wanted);

-- What is held about one entity, by source and kind only: how much, not what. That something sealed, covert, protected
-- or of oversight exists is itself hidden (pointer tier 0, always), so it counts for overseers alone.
-- callers: reader
CREATE OR REPLACE FUNCTION line.disclosures_held(ctx line.context, wanted uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('source', h.source, 'title', h.title, 'records', h.records,
  'withheld', h.withheld)
    ORDER BY h.source), '[]')
  FROM (SELECT a.source, s.title, count(DISTINCT a.record) AS records, bool_or(m.scoped) AS withheld
    FROM content.aspect a JOIN line.source s ON s.name = a.source JOIN line.marking m ON m.id = a.marking
    WHERE a.entity = wanted AND a.compartment IS NULL AND (NOT m.scoped OR ctx.kind = 'oversight') GROUP BY 1, 2) h);

-- Whether these words name a unit or a person of this house, as they read. Who writes another name isn't told apart by
-- words: another person approves, and overseers read the accounting.
CREATE OR REPLACE FUNCTION line.disclosures_inside(recipient text, address text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM (VALUES (line.fold_reason(recipient)), (line.fold_reason(address))) w (said)
  WHERE w.said <> '' AND (
    EXISTS (SELECT FROM line.unit u WHERE u.state = 'active'
      AND w.said IN (line.fold_reason(u.name), line.fold_reason(u.title),
        line.fold_reason(u.title || ' ' || u.name), line.fold_reason('unit ' || u.title),
          line.fold_reason(u.title || ' unit'), line.fold_reason(u.contact)))
    OR EXISTS (SELECT FROM line.account a WHERE a.state = 'active' AND w.said = line.fold_reason(a.name))));

CREATE OR REPLACE FUNCTION line.disclosures_decidable(ctx line.context, in_unit text, requester uuid,
  two boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT line.can_decide('supervisor', in_unit, ARRAY[requester]) THEN
    PERFORM line.nobody(ctx, format('supervisor of %s besides whoever prepared it',
      line.accounts_unit_title(in_unit))); END IF;
  IF two AND NOT EXISTS (SELECT FROM line.holders('approver', NULL) a, line.holders('supervisor', in_unit) s
    WHERE a <> s AND a <> requester AND s <> requester) THEN
    PERFORM line.nobody(ctx, 'approver for so many people besides its supervisor and whoever prepared it'); END IF;
END $$;
