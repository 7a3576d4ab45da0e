-- When a lead is over, and what it takes with it. Nobody types a day: it is what its programme says, counted from its
-- receipt, its closing, or the last validation (rules 7, 23, 45). Before it is due nobody purges it; open work is
-- closed first.
-- callers: none

CREATE OR REPLACE FUNCTION line.retention_lead_due(f leads.lead) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT GREATEST(f.keep_until, (max(v.at) AT TIME ZONE 'UTC')::date + (g.config ->> CASE WHEN f.state = 'closed'
  THEN 'closed_keep_days' ELSE 'keep_days' END)::integer)
  FROM leads.programme g LEFT JOIN retention.validation v ON v.object = f.id WHERE g.name = f.programme
    AND g.version = f.version GROUP BY g.config);

CREATE OR REPLACE FUNCTION line.retention_lead_item(f leads.lead) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('kind', 'lead', 'id', f.id, 'label', f.number, 'source', f.source, 'version', f.version,
  'rule', CASE f.state WHEN 'closed' THEN 'closed lead' ELSE 'lead'
    END, 'years', 0, 'counted_from', (COALESCE(f.closed, f.received) AT TIME ZONE 'UTC')::date,
  'due', line.retention_lead_due(f), 'entered', line.stamp(f.received), 'validated', line.stamp((SELECT max(v.at)
    FROM retention.validation v WHERE v.object = f.id)),
  'held', COALESCE(line.retention_held(f.id, f.source), CASE WHEN EXISTS (SELECT FROM leads.hold h WHERE h.lead = f.id
    AND h.state = 'open') THEN 'claim of status' END),
  'purgeable', f.state IN ('closed', 'finished') AND line.retention_held(f.id, f.source) IS NULL
    AND NOT EXISTS (SELECT FROM leads.hold h WHERE h.lead = f.id AND h.state = 'open'),
  'proposed', EXISTS (SELECT FROM retention.purge_item i JOIN retention.purge g ON g.id = i.purge
    AND g.state = 'proposed' WHERE i.object = f.id));

-- Rows of a file that couldn't be taken, as they came: kept as long as a closed lead of their programme.
CREATE OR REPLACE FUNCTION line.retention_quarantine_due(i leads.intake) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT (GREATEST(i.at, max(v.at)) AT TIME ZONE 'UTC')::date + (g.config ->> 'closed_keep_days')::integer
  FROM leads.programme g LEFT JOIN retention.validation v ON v.object = i.id WHERE g.name = i.programme
    AND g.version = i.version GROUP BY g.config);

CREATE OR REPLACE FUNCTION line.retention_quarantine_item(i leads.intake) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('kind', 'quarantine', 'id', i.id, 'label', 'rows not taken of ' ||
  to_char(i.at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), 'source', (SELECT g.source FROM leads.programme g
  WHERE g.name = i.programme AND g.version = i.version),
  'version', i.version, 'rule', 'quarantine', 'years', 0, 'counted_from', (i.at AT TIME ZONE 'UTC')::date, 'due',
    line.retention_quarantine_due(i),
  'entered', line.stamp(i.at), 'validated', line.stamp((SELECT max(v.at) FROM retention.validation v
    WHERE v.object = i.id)),
  'held', line.retention_held(i.id, (SELECT g.source FROM leads.programme g WHERE g.name = i.programme
    AND g.version = i.version)),
  'purgeable', line.retention_held(i.id, (SELECT g.source FROM leads.programme g WHERE g.name = i.programme
    AND g.version = i.version)) IS NULL,
  'proposed', EXISTS (SELECT FROM retention.purge_item p JOIN retention.purge g ON g.id = p.purge
    AND g.state = 'proposed' WHERE p.object = i.id));

-- What was found of a person's status and outlived its lead. A lawful status can end: it is looked at each year; a
-- citizen's, as long as anything may be kept. Until somebody validates or purges it, it binds: to stop acting on a
-- citizen is nobody's slip.
CREATE OR REPLACE FUNCTION line.retention_finding_years(g leads.finding) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE g.status WHEN 'lawful' THEN 1 ELSE line.retention_years('') END;

CREATE OR REPLACE FUNCTION line.retention_finding_item(g leads.finding) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('kind', 'finding', 'id', g.id, 'label', format('%s, found %s, known by %s',
  CASE g.status WHEN 'lawful' THEN 'lawful status' ELSE g.status END,
      to_char(g.found AT TIME ZONE 'UTC', 'YYYY-MM-DD'), array_to_string(g.known_by, ', ')), 'source',
        'finding', 'version', 1,
    'rule', CASE g.status WHEN 'lawful' THEN 'finding, looked at yearly' ELSE 'finding'
      END, 'years', n.years, 'counted_from', n.begun,
    'due', line.retention_day(n.begun, n.years), 'entered', line.stamp(g.found), 'validated',
      line.stamp(line.retention_validated(g.id)),
    'held', line.retention_held(g.id, NULL), 'purgeable', line.retention_held(g.id, NULL) IS NULL,
    'proposed', EXISTS (SELECT FROM retention.purge_item i JOIN retention.purge q ON q.id = i.purge
      AND q.state = 'proposed' WHERE i.object = g.id))
  FROM (SELECT line.retention_finding_years(g) AS years, (COALESCE(line.retention_validated(g.id), g.found) AT TIME ZONE
    'UTC')::date AS begun) n);

CREATE OR REPLACE FUNCTION line.retention_leads_of(ctx line.context, of_unit text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN CASE split_part(ctx.purpose_key, '/', 2) WHEN 'supervisor' THEN ctx.unit = of_unit
  ELSE split_part(ctx.purpose_key, '/', 2) IN ('approver', 'overseer') END;

-- Leads and quarantines that are due today: those of a supervisor's unit; approvers and overseers see all.
CREATE OR REPLACE FUNCTION line.retention_leads(ctx line.context, most integer) RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT * FROM (
    SELECT line.retention_lead_item(f) FROM leads.lead f WHERE f.keep_until <= CURRENT_DATE
      AND line.retention_lead_due(f) <= CURRENT_DATE
      AND line.retention_leads_of(ctx, f.unit)
    UNION ALL
    SELECT line.retention_quarantine_item(i) FROM leads.intake i WHERE line.retention_quarantine_due(i) <= CURRENT_DATE
      AND line.retention_leads_of(ctx, i.unit)
      AND EXISTS (SELECT FROM leads.quarantine q WHERE q.intake = i.id)
    UNION ALL
    SELECT line.retention_finding_item(g) FROM leads.finding g WHERE line.retention_leads_of(ctx, g.unit)
      AND (line.retention_finding_item(g) ->> 'due')::date <= CURRENT_DATE) x LIMIT most
$$;

-- {kind, id, source, label} of a lead by its number, or of a quarantine by its intake; NULL where there is none of the
-- caller's.
CREATE OR REPLACE FUNCTION line.retention_lead_thing(ctx line.context, printed text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE(
  (SELECT line.retention_lead_item(f) FROM leads.lead f WHERE (f.number = upper(btrim(printed))
    OR f.id::text = lower(btrim(printed))) AND line.retention_leads_of(ctx, f.unit)),
  (SELECT line.retention_quarantine_item(i) FROM leads.intake i WHERE i.id::text = lower(btrim(printed))
    AND line.retention_leads_of(ctx, i.unit)
    AND EXISTS (SELECT FROM leads.quarantine q WHERE q.intake = i.id)),
  (SELECT line.retention_finding_item(g) FROM leads.finding g WHERE g.id::text = lower(btrim(printed))
    AND line.retention_leads_of(ctx, g.unit)));

CREATE OR REPLACE FUNCTION line.retention_lead_state(thing jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE thing ->> 'kind' WHEN 'lead' THEN (SELECT line.retention_lead_item(f) FROM leads.lead f
  WHERE f.id = (thing ->> 'id')::uuid)
  WHEN 'finding' THEN (SELECT line.retention_finding_item(g) FROM leads.finding g WHERE g.id = (thing ->> 'id')::uuid)
  ELSE (SELECT line.retention_quarantine_item(i) FROM leads.intake i WHERE i.id = (thing ->> 'id')::uuid) END;

-- Does the caller's unit answer for what a purge names of this kind?
CREATE OR REPLACE FUNCTION line.retention_lead_own(ctx line.context, thing uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN COALESCE((SELECT f.unit = ctx.unit FROM leads.lead f WHERE f.id = thing), (SELECT i.unit = ctx.unit
  FROM leads.intake i WHERE i.id = thing),
  (SELECT g.unit = ctx.unit FROM leads.finding g WHERE g.id = thing), false);

-- ---------------------------------------------------------------------------------------- what destroys

-- A claim that was found to hold belongs to the person, not to the lead: what binds of it stays when the lead goes.
CREATE OR REPLACE FUNCTION line.leads_finding_kept(f leads.lead) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH kept AS (
    INSERT INTO leads.finding (unit, status, marks, known_by, first_by, second_by, found)
    SELECT f.unit, h.status, ARRAY(SELECT DISTINCT line.leads_mark(k) FROM unnest(b.keys) k),
      ARRAY(SELECT DISTINCT CASE WHEN k LIKE 'id:%' THEN split_part(k, ':', 2) ELSE 'name and birth date' END
        FROM unnest(b.keys) k ORDER BY 1),
      h.first_by, h.second_by, h.second_at
    FROM leads.hold h CROSS JOIN LATERAL (SELECT line.leads_binding(h.keys) AS keys) b
    WHERE h.lead = f.id AND h.state = 'upheld' AND b.keys <> '{}' RETURNING 1)
  SELECT EXISTS (SELECT FROM kept)
$$;

-- A lead with everything that was made of it: what it says, its checks, papers, changes, claims, people around it,
-- packages, history. The row that brought it stays away when its source delivers it again unchanged. Answers the
-- entries about nothing else.
CREATE OR REPLACE FUNCTION line.retention_destroy_lead(of_purge uuid, of_lead uuid, certificate uuid) RETURNS uuid[]
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f leads.lead; own uuid[]; said uuid[];
BEGIN
  SELECT * INTO f FROM leads.lead x WHERE x.id = of_lead FOR UPDATE;
  own := ARRAY(SELECT l.purpose FROM line.lead_purpose l WHERE l.lead = of_lead);
  said := ARRAY(SELECT e.entry FROM leads.event e WHERE e.lead = of_lead AND NOT EXISTS (SELECT FROM leads.event o
    WHERE o.entry = e.entry AND o.lead <> of_lead));
  UPDATE retention.purge_item i SET outcome = 'destroyed', label = NULL,
      why = CASE WHEN line.leads_finding_kept(f)
        THEN 'what two people found of the person''s status stays, without the person' ELSE i.why END,
      sha256 = line.retention_mark(certificate, of_lead, (SELECT f.title || E'\n' || c.properties::text || E'\n' ||
        c.narrative FROM leads.content c WHERE c.lead = of_lead))
    WHERE i.purge = of_purge AND i.object = of_lead;
  INSERT INTO retention.gone (mark) SELECT line.retention_row(f.source, f.source_key, f.row_digest)
    WHERE f.row_digest IS NOT NULL ON CONFLICT DO NOTHING;
  UPDATE leads.lead x SET twin_of = NULL, twin_by = NULL, twin_reason = NULL WHERE x.twin_of = of_lead;
  UPDATE leads.lead x SET duplicate_of = NULL WHERE x.duplicate_of = of_lead;
  DELETE FROM leads.referral x WHERE x.lead = of_lead;
  DELETE FROM leads.change x WHERE x.lead = of_lead;
  DELETE FROM leads.check_entry x WHERE x.lead = of_lead;
  DELETE FROM leads.paper x WHERE x.lead = of_lead;
  DELETE FROM leads.hold x WHERE x.lead = of_lead;
  DELETE FROM leads.associate x WHERE x.lead = of_lead;
  DELETE FROM leads.event x WHERE x.lead = of_lead;
  DELETE FROM leads.identifier x WHERE x.lead = of_lead;
  DELETE FROM leads.content x WHERE x.lead = of_lead;
  DELETE FROM leads.lead x WHERE x.id = of_lead;
  UPDATE line.inquiry i SET reason = '(purged)', folded = '', ended = COALESCE(i.ended, clock_timestamp())
    WHERE i.purpose = ANY (own);
  UPDATE line.purpose p SET state = 'closed', title = '(purged)' WHERE p.id = ANY (own);
  DELETE FROM line.lead_worker w WHERE w.lead = of_lead;
  DELETE FROM line.lead_purpose l WHERE l.lead = of_lead;
  DELETE FROM line.lead_ref r WHERE r.lead = of_lead;
  -- Under a lead's own purposes nothing is done before they are made, and most leads have none: the log isn't read
  -- whole for each.
  RETURN said || ARRAY(SELECT e.entry FROM ledger.entry e WHERE e.purpose = ANY (own)
      AND e.at >= (SELECT min(p.made) - interval '1 hour' FROM line.purpose p WHERE p.id = ANY (own))) || CASE
        WHEN EXISTS (SELECT FROM leads.lead x WHERE x.subject = f.subject) THEN '{}'::uuid[] ELSE
    ARRAY(SELECT e.entry FROM ledger.entry e WHERE e.shown OPERATOR(pg_catalog.@>) ARRAY[f.subject]
      AND NOT EXISTS (SELECT FROM unnest(e.shown) s WHERE s <> f.subject
      AND (EXISTS (SELECT FROM leads.lead x WHERE x.subject = s) OR EXISTS (SELECT FROM content.aspect a
        WHERE a.entity = s) OR EXISTS (SELECT FROM content.record r WHERE r.id = s)))) END;
END $$;

-- The raw rows; how many there were stays.
CREATE OR REPLACE FUNCTION line.retention_destroy_quarantine(of_purge uuid, of_intake uuid,
  certificate uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE retention.purge_item i SET outcome = 'destroyed', label = NULL,
    sha256 = line.retention_mark(certificate, of_intake,
      (SELECT string_agg(q.raw::text, E'\n' ORDER BY q.row_number) FROM leads.quarantine q WHERE q.intake = of_intake))
    WHERE i.purge = of_purge AND i.object = of_intake;
  DELETE FROM leads.quarantine q WHERE q.intake = of_intake;
END $$;

-- A finding: from now on the person is stopped by nothing of before.
CREATE OR REPLACE FUNCTION line.retention_destroy_finding(of_purge uuid, of_finding uuid, certificate uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE retention.purge_item i SET outcome = 'destroyed', label = NULL,
    sha256 = line.retention_mark(certificate, of_finding,
      (SELECT g.status || E'\n' || array_to_string(g.marks, E'\n') FROM leads.finding g WHERE g.id = of_finding))
    WHERE i.purge = of_purge AND i.object = of_finding;
  DELETE FROM leads.finding g WHERE g.id = of_finding;
END $$;

-- -------------------------------------------------------------------------------------- what ages by itself

-- Leads that nobody has touched for as long as their programme waits (`stale_days`, else as long as it keeps them) end
-- as insufficient: an entry, a line in their history, a notice to the unit. And people around a subject whose time is
-- over are gone. Answers how many leads ended; asked by the worker.
-- callers: worker
CREATE OR REPLACE FUNCTION line.lapse_leads() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE one record; f leads.lead; days integer; n integer := 0; gone integer; ctx line.context; why text;
nobody constant uuid := '00000000-0000-0000-0000-000000000000'; of_entry uuid;
BEGIN
  FOR one IN SELECT x AS lead, COALESCE((g.config ->> 'stale_days')::integer,
    (g.config ->> 'keep_days')::integer) AS days
      FROM leads.lead x JOIN leads.programme g ON g.name = x.programme AND g.version = x.version
      WHERE x.state IN ('received', 'vetting', 'checked', 'declined')
        AND jsonb_exists(g.config -> 'close_codes', 'insufficient')
        AND GREATEST(x.updated, (SELECT max(e.at) FROM leads.event e WHERE e.lead = x.id))
          < clock_timestamp() - make_interval(days => COALESCE((g.config ->> 'stale_days')::integer,
            (g.config ->> 'keep_days')::integer))
      ORDER BY x.updated LIMIT 500 FOR UPDATE OF x SKIP LOCKED LOOP
    f := one.lead; days := one.days;
    why := format('Nobody has worked on it for %s days, as long as its programme waits.', days);
    of_entry := gen_random_uuid();
    UPDATE leads.lead x SET state = 'closed', code = 'insufficient', closed = clock_timestamp(), close_reason = why,
      updated = clock_timestamp(),
        keep_until = LEAST(x.keep_until, CURRENT_DATE + (g.config ->> 'closed_keep_days')::integer)
      FROM leads.programme g WHERE x.id = f.id AND g.name = x.programme AND g.version = x.version;
    UPDATE line.purpose p SET state = 'closed' FROM line.lead_purpose l WHERE l.purpose = p.id AND l.lead = f.id;
    UPDATE line.lead_worker w SET valid_to = clock_timestamp() WHERE w.lead = f.id AND w.valid_to IS NULL;
    UPDATE line.inquiry i SET ended = clock_timestamp() FROM line.lead_purpose l WHERE l.purpose = i.purpose
      AND l.lead = f.id AND i.ended IS NULL;
    UPDATE leads.associate a SET expires = LEAST(a.expires, clock_timestamp()) WHERE a.lead = f.id;
    INSERT INTO leads.event (lead, account, account_name, what, details, entry)
      VALUES (f.id, nobody, 'worker', 'decided: insufficient', jsonb_build_object('reason', why), of_entry);
    INSERT INTO leads.notice (kind, to_unit, text, details)
      VALUES ('stale', f.unit, format('A lead was closed by itself: nobody has worked on it for %s days.', days),
        jsonb_build_object('lead', f.number));
    ctx.act := 'change'; ctx.name := 'lapse_leads'; ctx.unit := f.unit; ctx.regime := f.regime;
    ctx.authority := f.authority;
    ctx.params := jsonb_build_object('lead', f.number);
    PERFORM line.emit(of_entry, line.head(ctx, 'ok', jsonb_build_object('lead', f.number, 'code', 'insufficient')),
      line.body(ctx, jsonb_build_object('shown', jsonb_build_array(f.subject))), true, false);
    n := n + 1;
  END LOOP;
  WITH old AS (DELETE FROM leads.associate a WHERE a.expires < clock_timestamp() - interval '1 day' RETURNING 1)
    SELECT count(*) INTO gone FROM old;
  IF gone > 0 THEN
    ctx := NULL; ctx.act := 'change'; ctx.name := 'lapse_associates'; ctx.params := '{}';
    PERFORM line.emit(gen_random_uuid(),
      line.head(ctx, 'ok', jsonb_build_object('counts', jsonb_build_object('associates', gone))),
      line.body(ctx, '{}'), true, false);
  END IF;
  RETURN n;
END $$;
