-- Time limits: what is due, who validated it, what is held, and the purge with its certificate. A limit is computed
-- each time it is asked for; nothing here takes a date from anybody (rules 7, 23, 45).
-- callers: none

-- Years that a marking's rule allows, never more than the rulebook's most. Without a rule: the most.
CREATE OR REPLACE FUNCTION line.retention_years(rule text) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT LEAST(COALESCE(substring(rule FROM ':(\d{1,4})$')::integer, b.most), b.most)
  FROM (SELECT LEAST(line.rule_int('retention.longest_years'), 5) AS most) b);

CREATE OR REPLACE FUNCTION line.retention_validated(thing uuid) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT max(v.at) FROM retention.validation v WHERE v.object = thing);

-- The day from which a record's time counts, and the day on which it is over.
CREATE OR REPLACE FUNCTION line.retention_start(r content.record) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE((line.retention_validated(r.id) AT TIME ZONE 'UTC')::date, r.since, (r.at AT TIME ZONE 'UTC')::date);

CREATE OR REPLACE FUNCTION line.retention_day(begun date, years integer) RETURNS date
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (begun + make_interval(years => years))::date;

-- An open case is reviewed each year; a closed one is over after the rulebook's years, from its closing.
CREATE OR REPLACE FUNCTION line.retention_case_due(f cases.case_file) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT CASE WHEN f.state = 'closed'
    THEN line.retention_day(GREATEST((f.closed AT TIME ZONE 'UTC')::date, v.day), line.retention_years(''))
    ELSE COALESCE(v.day + 365, f.review_by, (f.made AT TIME ZONE 'UTC')::date + 365) END
  FROM (SELECT (line.retention_validated(f.id) AT TIME ZONE 'UTC')::date AS day) v);

-- Why this may not be purged; NULL when it may.
CREATE OR REPLACE FUNCTION line.retention_held(thing uuid, from_source text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT 'legal hold' FROM retention.hold h WHERE h.lifted IS NULL AND (h.object = thing OR h.source = from_source
    OR (h.kind = 'case' AND EXISTS (SELECT FROM cases.item i WHERE i.case_id = h.object AND i.removed IS NULL
      AND (i.object = thing OR i.object IN (SELECT a.entity FROM content.aspect a WHERE a.record = thing))))) LIMIT 1);

-- Records whose time is over on that day: those that a caller of this unit and role answers for.
CREATE OR REPLACE FUNCTION line.retention_records(ctx line.context, most integer) RETURNS SETOF content.record
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH limits AS MATERIALIZED (
      SELECT m.id, line.retention_years(m.retention) AS years FROM line.marking m),
    few AS (SELECT COALESCE(min(l.years), 5) AS years FROM limits l),
    mine AS (SELECT s.name FROM line.source s WHERE s.name <> 'case'
      AND (split_part(ctx.purpose_key, '/', 2) <> 'supervisor'
      OR s.custodian_unit = ctx.unit)),
    old AS (
      SELECT r.* FROM content.record r, few WHERE r.since IS NULL
        AND r.at <= clock_timestamp() - make_interval(years => few.years)
      UNION ALL
      SELECT r.* FROM content.record r, few WHERE r.since IS NOT NULL
        AND r.since <= (CURRENT_DATE - make_interval(years => few.years))::date)
  SELECT o.* FROM old o JOIN limits l ON l.id = o.marking
  WHERE o.compartment IS NULL AND o.source IN (SELECT name FROM mine)
    AND line.retention_day(line.retention_start(o), l.years) <= CURRENT_DATE
  ORDER BY line.retention_day(line.retention_start(o), l.years), o.id LIMIT most
$$;

CREATE OR REPLACE FUNCTION line.retention_cases(ctx line.context) RETURNS SETOF cases.case_file
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT f.* FROM cases.case_file f
  WHERE line.retention_case_due(f) <= CURRENT_DATE AND f.title <> '(purged)' AND f.state NOT IN ('draft', 'returned')
    AND CASE WHEN split_part(ctx.purpose_key, '/', 2) = 'supervisor' THEN f.id IN (SELECT line.cases())
      ELSE split_part(ctx.purpose_key, '/', 2) IN ('approver', 'overseer') END
$$;

-- How an item is named: a source's own key is told to who keeps the source, an id to everybody else.
CREATE OR REPLACE FUNCTION line.retention_label(ctx line.context, r content.record) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN r.source || ':' || CASE WHEN split_part(ctx.purpose_key, '/', 2) IN ('steward', 'supervisor') THEN r.source_key
  ELSE left(r.id::text, 8) END;

CREATE OR REPLACE FUNCTION line.retention_record_item(ctx line.context, r content.record) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('kind', 'record', 'id', r.id, 'label',
  line.retention_label(ctx, r), 'source', r.source,
    'version', r.version, 'rule', m.retention, 'years', line.retention_years(m.retention), 'counted_from',
      line.retention_start(r),
    'due', line.retention_day(line.retention_start(r), line.retention_years(m.retention)), 'entered', line.stamp(r.at),
    'validated', line.stamp(line.retention_validated(r.id)), 'held', line.retention_held(r.id, r.source),
    'purgeable', line.retention_held(r.id, r.source) IS NULL,
    'proposed', EXISTS (SELECT FROM retention.purge_item i JOIN retention.purge g ON g.id = i.purge
      AND g.state = 'proposed'
      WHERE i.object = r.id))
  FROM line.marking m WHERE m.id = r.marking);

-- What of a case somebody still has in hand: its file goes when it is known where its things are. NULL: nothing.
CREATE OR REPLACE FUNCTION line.retention_custody(of_case uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg('EV-' || lpad(e.number::text, 4, '0'), ', ' ORDER BY e.number) FROM cases.evidence e
    WHERE e.case_id = of_case AND e.custodian IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION line.retention_case_item(f cases.case_file) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('kind', 'case', 'id', f.id, 'label', f.number, 'source', 'case', 'version', 1,
  'rule', CASE f.state WHEN 'closed' THEN 'closed case' ELSE 'yearly review' END,
  'years', CASE f.state WHEN 'closed' THEN line.retention_years('') ELSE 1 END,
  'counted_from', COALESCE((line.retention_validated(f.id) AT TIME ZONE 'UTC')::date,
    (COALESCE(f.closed, f.opened, f.made) AT TIME ZONE 'UTC')::date),
  'due', line.retention_case_due(f), 'entered', line.stamp(f.made), 'validated',
    line.stamp(line.retention_validated(f.id)),
  'held', line.retention_held(f.id, NULL), 'custody', line.retention_custody(f.id),
  'purgeable', f.state = 'closed' AND line.retention_held(f.id, NULL) IS NULL AND line.retention_custody(f.id) IS NULL,
  'proposed', EXISTS (SELECT FROM retention.purge_item i JOIN retention.purge g ON g.id = i.purge
    AND g.state = 'proposed'
    WHERE i.object = f.id));

-- callers: reader
CREATE OR REPLACE FUNCTION line.retention_due(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  most integer := LEAST(GREATEST(line.int(p, 'limit', 50), 1), 200);
  skip integer := LEAST(GREATEST(line.int(p, 'offset', 0), 0), 10000);
  wanted text := line.text(p, 'kind', 10); files jsonb := '[]'; rows jsonb; r content.record[];
  n integer := 0; found jsonb := '[]';
BEGIN
  IF NOT COALESCE(wanted, 'case') IN ('case', 'record', 'lead', 'quarantine', 'finding') THEN
    PERFORM line.bad('kind', 'must be case, record, lead, quarantine or finding', ''); END IF;
  IF COALESCE(wanted, 'case') = 'case' THEN
    SELECT COALESCE(jsonb_agg(line.retention_case_item(f) ORDER BY line.retention_case_due(f),
      f.number), '[]') INTO files
      FROM line.retention_cases(ctx) f;
  END IF;
  IF COALESCE(wanted, 'lead') IN ('lead', 'quarantine', 'finding') THEN
    SELECT COALESCE(jsonb_agg(x ORDER BY x ->> 'due', x ->> 'label'), '[]') INTO found
      FROM line.retention_leads(ctx, 2000) x WHERE wanted IS NULL OR x ->> 'kind' = wanted;
    files := files || found;
  END IF;
  IF COALESCE(wanted, 'record') = 'record' THEN
    r := ARRAY(SELECT row(x.*)::content.record FROM line.retention_records(ctx, 10001) x);
    n := cardinality(r);
  END IF;
  SELECT COALESCE(jsonb_agg(i.item ORDER BY i.item ->> 'due', i.place), '[]') INTO rows FROM (
    SELECT e AS item, o AS place FROM jsonb_array_elements(files) WITH ORDINALITY x(e, o)
    UNION ALL SELECT line.retention_record_item(ctx, u), 1000 FROM unnest(r[1:skip + most + 1]) u) i;
  RETURN jsonb_build_object(
    'items', (SELECT COALESCE(jsonb_agg(e ORDER BY o), '[]') FROM jsonb_array_elements(rows) WITH ORDINALITY x(e, o)
      WHERE o > skip AND o <= skip + most),
    'total', LEAST(n + jsonb_array_length(files), 10000), 'limit', most, 'offset', skip,
    'more', n + jsonb_array_length(files) > skip + most,
    '_count', jsonb_build_object('records', n, 'cases', jsonb_array_length(files) - jsonb_array_length(found), 'leads',
      jsonb_array_length(found), 'overdue', n + jsonb_array_length(files)));
END $$;

-- ----------------------------------------------------------------------------------------- validation

-- A reason is a sentence about the thing: short or stock words don't keep anything.
CREATE OR REPLACE FUNCTION line.retention_reason(ctx line.context, p jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE why text := COALESCE(line.text(p, 'reason', 4000), ''); fault text[] := line.reason_fault(ctx.account, why);
BEGIN
  IF fault[1] IN ('reason_short', 'reason_stock') THEN
    PERFORM line.refuse(ctx, fault[1], fault[2], 'Say why it is, or isn''t, needed any longer.'); END IF;
  RETURN why;
END $$;

-- A record or case that the caller answers for, due or not: {kind, id, source, label}; what isn't theirs doesn't exist.
CREATE OR REPLACE FUNCTION line.retention_thing(ctx line.context, printed text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r content.record; f cases.case_file; desk text := split_part(ctx.purpose_key, '/', 2);
hex text := replace(lower(btrim(printed)), '-', ''); l jsonb;
BEGIN
  l := line.retention_lead_thing(ctx, printed);
  IF l IS NOT NULL THEN RETURN jsonb_build_object('kind', l ->> 'kind', 'id', l ->> 'id', 'source', l ->> 'source',
    'label', l ->> 'label'); END IF;
  SELECT * INTO f FROM cases.case_file c WHERE c.number = upper(btrim(printed))
    OR (hex ~ '^[0-9a-f]{32}$' AND replace(c.id::text, '-', '') = hex);
  IF f.id IS NOT NULL AND (desk = 'approver' OR f.id IN (SELECT line.cases())) THEN
    RETURN jsonb_build_object('kind', 'case', 'id', f.id, 'source', 'case', 'label', f.number); END IF;
  IF hex ~ '^[0-9a-f]{32}$' THEN
    SELECT x.* INTO r FROM content.record x JOIN line.source s ON s.name = x.source
      WHERE x.id = hex::uuid AND x.compartment IS NULL AND (desk <> 'supervisor' OR s.custodian_unit = ctx.unit);
  END IF;
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('kind', 'record', 'id', r.id, 'source', r.source, 'label', line.retention_label(ctx, r));
END $$;

CREATE OR REPLACE FUNCTION line.retention_state(ctx line.context, thing jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r content.record; f cases.case_file;
BEGIN
  IF thing ->> 'kind' IN ('lead', 'quarantine', 'finding') THEN RETURN line.retention_lead_state(thing); END IF;
  IF thing ->> 'kind' = 'case' THEN
    SELECT * INTO f FROM cases.case_file c WHERE c.id = (thing ->> 'id')::uuid;
    RETURN line.retention_case_item(f);
  END IF;
  SELECT * INTO r FROM content.record x WHERE x.id = (thing ->> 'id')::uuid;
  RETURN line.retention_record_item(ctx, r);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_validate(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE named text[] := line.texts(p, 'items', 200); why text := line.retention_reason(ctx, p); thing jsonb;
t text; told jsonb := '[]';
BEGIN
  IF named = '{}' THEN PERFORM line.bad('items', 'is empty', 'Name what was reviewed.'); END IF;
  FOREACH t IN ARRAY named LOOP
    thing := line.retention_thing(ctx, t);
    INSERT INTO retention.validation (kind, object, account, reason, entry)
      VALUES (thing ->> 'kind', (thing ->> 'id')::uuid, ctx.account, why, ctx.entry);
    IF thing ->> 'kind' = 'case' THEN
      PERFORM line.event(ctx, 'case', (thing ->> 'id')::uuid, (thing ->> 'id')::uuid, 'validated', NULL,
        jsonb_build_object('reason', why));
    END IF;
    told := told || jsonb_build_array(line.retention_state(ctx, thing));
  END LOOP;
  RETURN jsonb_build_object('items', told, '_count', jsonb_build_object('validated', jsonb_array_length(told)));
END $$;

-- ---------------------------------------------------------------------------------------------- holds

CREATE OR REPLACE FUNCTION line.retention_hold_json(h retention.hold) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', h.id, 'kind', h.kind, 'label', h.label, 'reason', h.reason, 'by',
  line.accounts_title(h.account),
  'at', line.stamp(h.at), 'lifted', line.stamp(h.lifted), 'lifted_by', line.accounts_title(h.lifted_by),
    'lift_reason', h.lift_reason,
  'revision', line.revision(to_jsonb(h)));

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_hold(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE why text := line.retention_reason(ctx, p); src text := line.text(p, 'source', 63);
thing jsonb; h retention.hold;
BEGIN
  IF src IS NOT NULL THEN
    IF NOT EXISTS (SELECT FROM line.source s WHERE s.name = src AND s.name <> 'case'
        AND (ctx.purpose_key LIKE '%/approver' OR s.custodian_unit = ctx.unit)) THEN PERFORM line.missing(ctx); END IF;
    INSERT INTO retention.hold (kind, source, label, reason, account)
      VALUES ('source', src, src, why, ctx.account) RETURNING * INTO h;
  ELSE
    thing := line.retention_thing(ctx, line.need(p, 'item', 200));
    INSERT INTO retention.hold (kind, object, label, reason, account)
      VALUES (thing ->> 'kind', (thing ->> 'id')::uuid, thing ->> 'label', why, ctx.account) RETURNING * INTO h;
  END IF;
  RETURN line.retention_hold_json(h);
END $$;

-- Approvers and overseers see every hold; others their own and those on what their unit keeps.
-- callers: reader
CREATE OR REPLACE FUNCTION line.retention_holds(ctx line.context) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('items', COALESCE(jsonb_agg(line.retention_hold_json(h)
  ORDER BY h.lifted DESC NULLS FIRST, h.at DESC), '[]'))
  FROM retention.hold h WHERE split_part(ctx.purpose_key, '/', 2) IN ('approver', 'overseer') OR h.account = ctx.account
    OR (h.kind = 'case' AND h.object IN (SELECT line.cases())));

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_hold_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE h retention.hold; wanted uuid := line.uuid(p, 'hold');
BEGIN
  SELECT * INTO h FROM retention.hold x WHERE x.id = wanted FOR UPDATE;
  RETURN CASE WHEN h.id IS NOT NULL THEN to_jsonb(h) END;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.retention_hold_lift(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE why text := line.retention_reason(ctx, p); h retention.hold; wanted uuid := line.uuid(p, 'hold');
BEGIN
  SELECT * INTO h FROM retention.hold x WHERE x.id = wanted FOR UPDATE;
  IF h.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF h.lifted IS NOT NULL THEN PERFORM line.conflict(ctx, 'state', 'The hold was lifted already.', ''); END IF;
  UPDATE retention.hold x SET lifted = ctx.at, lifted_by = ctx.account, lift_reason = why
    WHERE x.id = h.id RETURNING * INTO h;
  RETURN line.retention_hold_json(h);
END $$;
