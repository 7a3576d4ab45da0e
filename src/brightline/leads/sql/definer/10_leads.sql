-- What the line knows of a lead: which desk it lies at, who works on it under a purpose of its own, and, where it is to
-- go to another regime, the crossing. The lead itself is the room's (schema leads); these functions do what its
-- installed functions may not: give powers, and write for a unit that isn't the caller's.
-- callers: none

-- A lead's purpose sees its lead; the vetters' and supervisors' desks those of their unit; oversight all. As two
-- values, so that a policy compares a column with each: a set of all leads of the unit, made anew for each statement,
-- took longer with each lead.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_desk() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT p.unit FROM line.purpose p WHERE p.id = NULLIF((line.pass())[2], '')::uuid AND p.kind = 'desk'
  AND p.role IN ('vetter', 'supervisor'));

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_one() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT l.lead FROM line.purpose p JOIN line.lead_purpose l ON l.purpose = p.id AND l.to_unit IS NULL
  WHERE p.id = NULLIF((line.pass())[2], '')::uuid AND p.kind = 'lead');

CREATE OR REPLACE FUNCTION line.leads_seen(of_lead uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.lead_ref r WHERE r.lead = of_lead AND (r.unit = line.leads_desk()
  OR r.lead = line.leads_one() OR line.pass_kind() = 'oversight'));

-- The unit whose queue, quarantine and incoming referrals the pass opens.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_unit() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass();
BEGIN
  IF parts IS NULL OR parts[2] = '' THEN RETURN NULL; END IF;
  RETURN (SELECT p.unit FROM line.purpose p WHERE p.id = parts[2]::uuid
    AND (p.kind = 'lead' OR (p.kind = 'desk' AND p.role IN ('vetter', 'supervisor'))));
END $$;

CREATE OR REPLACE FUNCTION line.leads_guard(ctx line.context, of_lead uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF of_lead IS NULL OR ctx.kind = 'oversight' OR NOT line.leads_seen(of_lead) THEN PERFORM line.missing(ctx); END IF;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_unit_regime(called text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT u.regime FROM line.unit u WHERE u.name = called AND u.state = 'active');

-- What of a source keeps a unit from using it for this regime; NULL when nothing does. As rules L2 and L3 of
-- line/rules.py: a lead inherits its source's restrictions.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_source_fault(called text, in_regime text, in_unit text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE
  WHEN NOT EXISTS (SELECT FROM line.source s WHERE s.name = called AND s.state = 'active')
    THEN 'The source is unknown or closed.'
  WHEN NOT EXISTS (SELECT FROM line.assessment x WHERE x.source = called
    AND CURRENT_DATE BETWEEN x.approved AND x.expires)
    THEN 'The source has no privacy assessment in force.'
  WHEN NOT EXISTS (SELECT FROM line.agreement g WHERE g.source = called AND g.state = 'active'
      AND CURRENT_DATE BETWEEN g.valid_from AND g.expires AND in_regime = ANY (g.regimes)
        AND (g.units = '{}' OR in_unit = ANY (g.units)))
    THEN 'No agreement in force opens the source to this work of this unit.' END;

CREATE OR REPLACE FUNCTION line.leads_marking(called text) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT line.intern_marking(jsonb_build_array(jsonb_build_array(s.name, s.authority)), 'other', '{}', '')
  FROM line.source s WHERE s.name = called);

-- A number that tells nothing: random digits, since dense ones would count the hidden ones.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_number(letter text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n text;
BEGIN
  FOR i IN 1 .. 60 LOOP
    n := line.number_tried(letter, i);
    IF NOT EXISTS (SELECT FROM leads.lead f WHERE f.number = n)
      AND NOT EXISTS (SELECT FROM leads.referral f WHERE f.number = n)
      AND NOT EXISTS (SELECT FROM leads.paper f WHERE f.number = n)
      THEN RETURN n; END IF;
  END LOOP;
  PERFORM line.no_number(NULL);
END $$;

-- A lead of the caller's unit begins: from here on row-level security knows it. Vetters' and supervisors' desks only.
CREATE OR REPLACE FUNCTION line.leads_create(ctx line.context) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made uuid := gen_random_uuid();
BEGIN
  IF line.leads_unit() IS DISTINCT FROM ctx.unit THEN PERFORM line.missing(ctx); END IF;
  INSERT INTO line.lead_ref (lead, unit) VALUES (made, ctx.unit);
  RETURN made;
END $$;

-- ------------------------------------------------------------------------------- purposes of kind lead

-- Who is entitled to one says line.entitled: its workers, as long as they vet in the unit.

CREATE OR REPLACE FUNCTION line.leads_of(under uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT l.lead FROM line.lead_purpose l WHERE l.purpose = under);

-- The purpose under which this vetter searches for this lead, with the programme's authority, as long as the lead
-- lives.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_open_purpose(ctx line.context, of_lead uuid, number text, title text, code text,
  until timestamptz) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made uuid;
BEGIN
  PERFORM line.leads_guard(ctx, of_lead);
  SELECT l.purpose INTO made FROM line.lead_purpose l WHERE l.lead = of_lead AND l.to_unit IS NULL;
  IF made IS NULL THEN
    INSERT INTO line.purpose (key, kind, unit, authority, title, expires)
      VALUES (number, 'lead', ctx.unit, code, title, until)
      RETURNING id INTO made;
    INSERT INTO line.lead_purpose (purpose, lead) VALUES (made, of_lead);
  END IF;
  -- A closed lead that is vetted again is searched for again.
  UPDATE line.purpose p SET state = 'active', expires = leads_open_purpose.until
    WHERE p.state = 'closed' AND p.id IN (SELECT l.purpose FROM line.lead_purpose l WHERE l.lead = of_lead
      AND l.to_unit IS NULL);
  INSERT INTO line.lead_worker (lead, account) VALUES (of_lead, ctx.account)
    ON CONFLICT (lead, account) DO UPDATE SET valid_to = NULL;
  RETURN number;
END $$;

-- The lead is over: its purposes close, its workers and inquiries end, its associates are out of sight.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_end(ctx line.context, of_lead uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.leads_guard(ctx, of_lead);
  UPDATE line.purpose p SET state = 'closed' FROM line.lead_purpose l WHERE l.purpose = p.id AND l.lead = of_lead;
  UPDATE line.lead_worker w SET valid_to = clock_timestamp() WHERE w.lead = of_lead AND w.valid_to IS NULL;
  UPDATE line.inquiry i SET ended = clock_timestamp() FROM line.lead_purpose l
    WHERE l.purpose = i.purpose AND l.lead = of_lead AND i.ended IS NULL;
  UPDATE leads.associate a SET expires = LEAST(a.expires, ctx.at) WHERE a.lead = of_lead;
END $$;

-- ------------------------------------------------------------------------------------------ notices

-- A weakened guard, told to overseers before it takes effect (rule 47).
CREATE OR REPLACE FUNCTION line.leads_weakened(ctx line.context, called text, of_version integer,
  weak text[], from_time timestamptz)
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO leads.notice (kind, text, details, effective)
  VALUES ('weakened', format('Version %s of the programme %s weakens a guard.', of_version, called),
    jsonb_build_object('programme', called, 'version', of_version, 'weakens', weak, 'by', ctx.account_name), from_time)
$$;

-- Closed as the wrong person: the source's custodian hears, and every unit that got the lead; packages are taken back.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_wrong_person(ctx line.context, f leads.lead) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer;
BEGIN
  PERFORM line.leads_guard(ctx, f.id);
  WITH told AS (
    INSERT INTO leads.notice (kind, to_unit, to_source, text, details)
    SELECT 'wrong_person', x.unit, x.source, x.words, x.details FROM (
      SELECT s.custodian_unit AS unit, s.name AS source, 'A lead of your source was about the wrong person.' AS words,
        jsonb_build_object('source_key', f.source_key, 'source', f.source) AS details
      FROM line.source s WHERE s.name = f.source
      UNION ALL SELECT r.to_unit, NULL, 'A lead that was referred to you was about the wrong person: don''t act on it.',
        jsonb_build_object('referral', r.number)
      FROM leads.referral r WHERE r.lead = f.id
        AND r.state IN ('sent', 'acknowledged', 'accepted', 'declined', 'finished')) x
    RETURNING 1)
  SELECT count(*) INTO n FROM told;
  UPDATE leads.referral r SET state = 'withdrawn' WHERE r.lead = f.id
    AND r.state IN ('sent', 'acknowledged', 'accepted');
  RETURN n;
END $$;

-- The sender has taken a package back: whoever got it hears so.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_taken_back(ctx line.context, r leads.referral, why text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO leads.notice (kind, to_unit, text, details)
  SELECT 'taken_back', r.to_unit, 'A lead that was referred to you was taken back by its sender: don''t act on it.',
    jsonb_build_object('referral', r.number)
  FROM leads.referral x WHERE x.id = r.id AND x.state = 'withdrawn' AND x.from_unit = ctx.unit
$$;

-- ---------------------------------------------------------------------------------------- referrals

-- Under which authority a referral was made that lies at the caller's unit, which can't see the lead itself.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_authority(of_referral uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT f.authority FROM leads.referral r JOIN leads.lead f ON f.id = r.lead
  WHERE r.id = of_referral AND line.leads_unit() IN (r.from_unit, r.to_unit));

-- The package: what is said of the subject (of a crossing: the named fields alone), on which basis, with what caveats.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_package(f leads.lead, fields text[], basis text, documents text[],
  caveats text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT jsonb_build_object('subject', jsonb_build_object('schema', c.schema,
      'properties', CASE WHEN fields IS NULL THEN c.properties ELSE line.crossing_named(c.properties, fields) END),
    'basis', basis, 'authority', f.authority, 'authority_title', a.title, 'statute', a.statute, 'regime', f.regime,
    'documents', documents, 'caveats', caveats, 'source', f.source, 'reliability', s.reliability,
    'currency', line.stamp(f.received), 'narrative', CASE WHEN fields IS NULL THEN c.narrative END,
    'checks', CASE WHEN fields IS NULL
      THEN (SELECT COALESCE(jsonb_agg(jsonb_build_object('name', k.name, 'result', k.result,
        'system', k.system, 'at', line.stamp(k.at)) ORDER BY k.at), '[]') FROM leads.check_entry k
          WHERE k.lead = f.id) END)
  FROM leads.content c JOIN line.authority a ON a.code = f.authority JOIN line.source s
    ON s.name = f.source WHERE c.lead = f.id);
END $$;

-- The recipient answers; the lead, which it can't see, follows. Only a referral that lies at the caller's unit.
-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_follow(ctx line.context, of_referral uuid, act text, outcome text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r leads.referral; after text;
BEGIN
  SELECT * INTO r FROM leads.referral x WHERE x.id = of_referral AND x.to_unit = line.leads_unit();
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  -- What is suspended is neither taken up nor ended by an outcome; to have got it, or to send it back, changes nothing.
  IF act IN ('accept', 'finish') THEN PERFORM line.leads_stop(r.lead); END IF;
  SELECT t.becomes INTO after FROM leads.lead f JOIN leads.transition t ON t.state = f.state
    AND t.act = leads_follow.act WHERE f.id = r.lead;
  IF after IS NOT NULL THEN
    UPDATE leads.lead f SET state = after, outcome = COALESCE(leads_follow.outcome, f.outcome),
      updated = ctx.at WHERE f.id = r.lead;
  END IF;
  INSERT INTO leads.event (lead, account, account_name, what, details, entry)
    VALUES (r.lead, ctx.account, ctx.account_name,
    'referral ' || r.state, jsonb_build_object('referral', r.number, 'unit', r.to_unit, 'outcome', outcome), ctx.entry);
END $$;

-- ------------------------------------------------------------------------ across regimes: a crossing

-- For whom a vetter asks: another regime's unit that the programme names. Nobody works under the purpose made here.
CREATE OR REPLACE FUNCTION line.leads_beneficiary(ctx line.context, p jsonb) RETURNS uuid
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  f leads.lead; unit_to text := lower(line.need(p, 'to', 63)); of_regime text := line.leads_unit_regime(unit_to);
  law text := lower(line.need(p, 'basis', 63)); made uuid;
BEGIN
  SELECT * INTO f FROM leads.lead x WHERE x.id = line.leads_of(ctx.purpose) FOR UPDATE;
  IF NOT EXISTS (SELECT FROM leads.transition t WHERE t.state = f.state AND t.act = 'ask') THEN
    PERFORM line.conflict(ctx, 'state', format('A lead that is %s can''t be sent.', f.state),
      'It is vetted and checked by a second person first.'); END IF;
  IF NOT EXISTS (SELECT FROM leads.programme g WHERE g.name = f.programme AND g.version = f.version
    AND jsonb_exists(g.config -> 'cross_to', unit_to))
     OR of_regime IS NULL OR of_regime = f.regime THEN
    PERFORM line.refuse(ctx, 'recipient', 'The programme names no such unit of another regime.',
      'See programme show.'); END IF;
  PERFORM line.leads_stop(f.id);
  PERFORM line.leads_unseen_stop(ctx, f.id);
  IF NOT EXISTS (SELECT FROM line.authority a WHERE a.code = law AND a.regime = of_regime
    AND line.accounts_in_force(a)) THEN
    PERFORM line.refuse(ctx, 'authority', 'The legal basis is no authority of the recipient''s regime in force.',
      'See authority list.'); END IF;
  IF (SELECT count(*) FROM jsonb_array_elements_text(p -> 'items') i
    WHERE right(replace(lower(i), '-', ''), 32) = replace(f.subject::text, '-', '')) <> 1
     OR jsonb_array_length(p -> 'items') <> 1 THEN
    PERFORM line.bad('items', 'must be the lead''s subject alone',
      'What else is needed, the recipient asks for itself.'); END IF;
  INSERT INTO line.purpose (key, kind, unit, authority, title, expires)
    VALUES (f.number || '@' || unit_to, 'lead', unit_to, law, 'Lead offered to ' || line.accounts_unit_title(unit_to),
      (f.keep_until + 1)::timestamptz)
    ON CONFLICT (key) DO UPDATE SET authority = excluded.authority, state = 'active' RETURNING id INTO made;
  INSERT INTO line.lead_purpose (purpose, lead, to_unit) VALUES (made, f.id, unit_to) ON CONFLICT DO NOTHING;
  RETURN made;
END $$;

CREATE OR REPLACE FUNCTION line.leads_asked(ctx line.context, c line.crossing) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE f leads.lead;
BEGIN
  UPDATE leads.lead x SET state = 'crossing', updated = ctx.at
    WHERE x.id = line.leads_of(c.beneficiary) RETURNING * INTO f;
  INSERT INTO leads.referral (number, lead, from_unit, to_unit, crossing, fields, state, package, due, sent_by)
    SELECT line.leads_number('R'), f.id, f.unit, b.unit, c.id, c.fields, 'asked',
      line.leads_package(f, c.fields, c.necessity, '{}',
        ARRAY['named fields alone, until ' || to_char(c.expires, 'YYYY-MM-DD')]),
      c.expires::date, ctx.account FROM line.purpose b WHERE b.id = c.beneficiary;
  INSERT INTO leads.event (lead, account, account_name, what, details, entry)
    VALUES (f.id, ctx.account, ctx.account_name,
    'asked for a crossing', jsonb_build_object('crossing', c.number, 'fields', c.fields), ctx.entry);
END $$;

-- What was decided about the crossing moves the lead and its package: nothing else opens it to the other regime.
CREATE OR REPLACE FUNCTION line.leads_decided(ctx line.context, c line.crossing) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r leads.referral; moved text := CASE c.state WHEN 'approved' THEN 'cross' WHEN 'revoked'
  THEN 'withdraw' ELSE 'refuse' END;
BEGIN
  SELECT * INTO r FROM leads.referral x WHERE x.crossing = c.id FOR UPDATE;
  IF r.id IS NULL THEN RETURN; END IF;
  UPDATE leads.referral x SET state = CASE c.state WHEN 'approved' THEN 'sent' WHEN 'revoked'
    THEN 'withdrawn' ELSE 'refused' END,
    sent = CASE WHEN c.state = 'approved' THEN ctx.at ELSE x.sent END WHERE x.id = r.id;
  UPDATE leads.lead f SET state = t.becomes, updated = ctx.at FROM leads.transition t
    WHERE f.id = r.lead AND t.state = f.state AND t.act = moved;
  INSERT INTO leads.event (lead, account, account_name, what, details, entry)
    VALUES (r.lead, ctx.account, ctx.account_name,
    'crossing ' || c.state, jsonb_build_object('crossing', c.number, 'reason',
      COALESCE(c.revoke_reason, c.decision_reason)), ctx.entry);
END $$;

-- Both sides of a lead's crossing (rule 35): whoever vets or supervises in its unit or the recipient's, and whoever
-- worked on it.
CREATE OR REPLACE FUNCTION line.leads_chain(under uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT DISTINCT x.who FROM (
  SELECT g.account AS who FROM line.lead_purpose l JOIN line.lead_ref r ON r.lead = l.lead
    JOIN line.purpose p ON p.id = l.purpose
    JOIN line.role_grant g ON g.unit IN (r.unit, p.unit) AND g.role IN ('vetter', 'supervisor')
      AND line.accounts_live(g) WHERE l.purpose = under
  UNION SELECT w.account FROM line.lead_purpose l JOIN line.lead_worker w ON w.lead = l.lead WHERE l.purpose = under
  UNION SELECT u FROM line.lead_purpose l JOIN leads.lead f
    ON f.id = l.lead, unnest(ARRAY[f.vetter, f.viable_by, f.checked_by]) u
    WHERE l.purpose = under) x WHERE x.who IS NOT NULL ORDER BY 1);

CREATE OR REPLACE FUNCTION line.leads_home(under uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT r.unit FROM line.lead_purpose l JOIN line.lead_ref r ON r.lead = l.lead WHERE l.purpose = under);

-- As whom a desk meets the crossing of a lead.
CREATE OR REPLACE FUNCTION line.leads_side(ctx line.context, under uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE desk text := split_part(ctx.purpose_key, '/', 2);
BEGIN
  IF line.leads_seen(line.leads_of(under)) THEN RETURN 'beneficiary'; END IF;
  IF desk = 'supervisor' AND ctx.unit = (SELECT p.unit FROM line.purpose p WHERE p.id = under) THEN
    RETURN 'supervisor'; END IF;
  RETURN NULL;
END $$;

-- What would cross, as crossing_preview tells of a source's rows.
CREATE OR REPLACE FUNCTION line.leads_preview(c line.crossing, side text, in_unit text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('aspect', f.id, 'id', f.source || '-' ||
    replace(f.subject::text, '-', ''),
    'schema', k.schema, 'source', f.source, 'custodian', f.unit, 'category', 'other', 'caveats', '[]'::jsonb,
    'values', CASE WHEN side = 'overseer' THEN '{}'
      ELSE line.crossing_named(k.properties, c.fields) END, 'changed', false,
    'fields', (SELECT COALESCE(jsonb_agg(x), '[]')
      FROM jsonb_object_keys(line.crossing_named(k.properties, c.fields)) x))), '[]')
  FROM line.lead_purpose l JOIN leads.lead f ON f.id = l.lead JOIN leads.content k ON k.lead = f.id
  WHERE l.purpose = c.beneficiary AND (side IN ('approver', 'overseer') OR (side = 'custodian' AND f.unit = in_unit)));
END $$;

-- A package that crossed is readable for as long as its crossing is: then it is gone in place.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_crossing_live(of uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.crossing c WHERE c.id = of AND c.state = 'approved'
  AND COALESCE(c.starts, c.decided) <= clock_timestamp()
  AND c.expires > clock_timestamp());

-- Of whom a referral speaks that lies at the caller's unit: for the entry, so that overseers can ask who saw whom.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.leads_subject(ctx line.context, of_referral uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT f.subject FROM leads.referral r JOIN leads.lead f ON f.id = r.lead
  WHERE r.id = of_referral AND line.leads_unit() IN (r.from_unit, r.to_unit));

-- callers: writer
CREATE OR REPLACE FUNCTION line.leads_takable(ctx line.context, to_unit text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (line.can_decide('vetter', to_unit, '{}') OR line.can_decide('supervisor', to_unit, '{}')) THEN
    PERFORM line.nobody(ctx, format('vetter or supervisor at %s who could take it up',
      line.accounts_unit_title(to_unit))); END IF;
END $$;
