-- What the line knows of a case: reference, members, purposes, compartment. The file itself is the room's (schema
-- cases); these functions do what its installed functions may not: give powers, and look past one's own cases.
-- callers: writer

-- A number that tells nothing: four random digits, since dense ones would count the hidden cases (ATTACKS B11).
-- callers: none
CREATE OR REPLACE FUNCTION line.cases_number() RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n text;
BEGIN
  FOR i IN 1 .. 60 LOOP
    n := line.number_tried('C', i);
    IF NOT EXISTS (SELECT FROM cases.case_file f WHERE f.number = n)
       AND NOT EXISTS (SELECT FROM line.purpose p WHERE p.key = n) THEN RETURN n; END IF;
  END LOOP;
  PERFORM line.no_number('case');
END $$;

-- The reference and its first members. The file follows in the same transaction, under row-level security.
CREATE OR REPLACE FUNCTION line.cases_create(ctx line.context, of_case uuid, boss uuid, hidden boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO line.case_ref (case_id, unit, regime, supervisor, restricted)
    VALUES (of_case, ctx.unit, ctx.regime, boss, hidden);
  INSERT INTO line.case_member (case_id, account, capacity) VALUES (of_case, ctx.account, 'lead');
  IF boss IS NOT NULL THEN
    INSERT INTO line.case_member (case_id, account, capacity) VALUES (of_case, boss, 'supervisor');
  END IF;
  RETURN line.cases_number();
END $$;

-- Guard of all that follows: only a case that the pass opens.
-- callers: none
CREATE OR REPLACE FUNCTION line.cases_guard(ctx line.context, of_case uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF of_case IS NULL OR NOT of_case IN (SELECT line.cases()) THEN PERFORM line.missing(ctx); END IF;
END $$;

CREATE OR REPLACE FUNCTION line.cases_ref_set(ctx line.context, of_case uuid, boss uuid, hidden boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  UPDATE line.case_ref r SET supervisor = boss, restricted = hidden WHERE r.case_id = of_case;
  UPDATE line.case_member m SET valid_to = clock_timestamp()
    WHERE m.case_id = of_case AND m.capacity = 'supervisor' AND m.valid_to IS NULL AND m.account IS DISTINCT FROM boss;
  IF boss IS NOT NULL THEN
    INSERT INTO line.case_member (case_id, account, capacity) VALUES (of_case, boss, 'supervisor')
      ON CONFLICT (case_id, account) WHERE valid_to IS NULL DO NOTHING;
  END IF;
END $$;

-- Authorities by code with what their use depends on: [{code, regime, in_force}]; unknown codes are left out.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_authorities(codes text[]) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('code', a.code, 'title', a.title, 'regime', a.regime,
    'statute', a.statute, 'in_force', line.accounts_in_force(a)) ORDER BY array_position(codes, a.code)), '[]')
  FROM line.authority a WHERE a.code = ANY (codes));

-- The approval makes the purposes: the first authority's key is the number, any other's NUMBER@CODE.
CREATE OR REPLACE FUNCTION line.cases_open_purposes(ctx line.context, of_case uuid, number text, title text,
  in_unit text, codes text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE code text; i integer := 0;
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  INSERT INTO line.compartment (id, kind) VALUES (of_case, 'case') ON CONFLICT DO NOTHING;
  FOREACH code IN ARRAY codes LOOP
    i := i + 1;
    PERFORM line.case_marking(code);
    INSERT INTO line.purpose (key, kind, case_id, unit, authority, title)
      VALUES (number || CASE WHEN i > 1 THEN '@' || code ELSE '' END, 'case', of_case, in_unit, code, title)
      ON CONFLICT (key) DO UPDATE SET state = 'active';
  END LOOP;
  INSERT INTO line.compartment_open (compartment, purpose)
    SELECT of_case, p.id FROM line.purpose p WHERE p.case_id = of_case ON CONFLICT DO NOTHING;
END $$;

-- active: the case works; readonly: it is suspended or closed and may still be read by its members.
CREATE OR REPLACE FUNCTION line.cases_purpose_state(ctx line.context, of_case uuid, wanted text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  UPDATE line.purpose p SET state = wanted WHERE p.case_id = of_case;
END $$;

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_purposes(of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(p.key ORDER BY length(p.key), p.key), '[]') FROM line.purpose p
  WHERE p.case_id = of_case AND of_case IN (SELECT line.cases()));

-- ------------------------------------------------------------------------------------------ members

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_members(of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('account', a.name, 'title', line.accounts_title(a.id),
    'capacity', m.capacity, 'from', line.stamp(m.valid_from), 'to', line.stamp(m.valid_to))
    ORDER BY m.valid_to NULLS FIRST, array_position(ARRAY['lead', 'supervisor', 'member'], m.capacity), a.name), '[]')
  FROM line.case_member m JOIN line.account a ON a.id = m.account
  WHERE m.case_id = of_case AND of_case IN (SELECT line.cases()));

-- Rule 35 holds afterwards too: who reviewed or decided a crossing for this case can't join it while the crossing is
-- open.
-- callers: none
CREATE OR REPLACE FUNCTION line.cases_decided_for(who uuid, of_case uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM line.crossing c JOIN line.purpose p ON p.id = c.beneficiary
  WHERE p.case_id = of_case AND who IN (c.decided_by, c.reviewed_by)
    AND line.crossing_state(c) IN ('reviewed', 'emergency', 'approved', 'active'));
END $$;

CREATE OR REPLACE FUNCTION line.cases_member_add(ctx line.context, of_case uuid, who uuid, wanted text, in_unit text,
  of_regime text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  IF NOT line.cases_eligible(who, in_unit, of_regime, wanted) THEN
    PERFORM line.refuse(ctx, 'member', 'This account can''t be a member of this case in that capacity.',
      'Members hold a role of the case''s regime; a supervisor, that role in its unit. Another regime needs a '
      'crossing.'); END IF;
  IF line.cases_decided_for(who, of_case) THEN
    PERFORM line.refuse(ctx, 'chain', 'Who reviewed or decided a crossing for this case can''t join it.',
      'Wait until the crossing is over.'); END IF;
  IF wanted = 'lead' THEN
    UPDATE line.case_member m SET capacity = 'member' WHERE m.case_id = of_case AND m.capacity = 'lead'
      AND m.valid_to IS NULL;
  END IF;
  UPDATE line.case_member m SET capacity = wanted WHERE m.case_id = of_case AND m.account = who AND m.valid_to IS NULL;
  IF NOT FOUND THEN
    INSERT INTO line.case_member (case_id, account, capacity) VALUES (of_case, who, wanted);
  END IF;
  IF wanted = 'supervisor' THEN UPDATE line.case_ref r SET supervisor = who WHERE r.case_id = of_case; END IF;
END $$;

-- From this moment no call of that account under the case's purposes passes.
CREATE OR REPLACE FUNCTION line.cases_member_remove(ctx line.context, of_case uuid, who uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE was text;
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  UPDATE line.case_member m SET valid_to = clock_timestamp()
    WHERE m.case_id = of_case AND m.account = who AND m.valid_to IS NULL RETURNING m.capacity INTO was;
  UPDATE line.inquiry i SET ended = clock_timestamp() FROM line.purpose p
    WHERE p.id = i.purpose AND p.case_id = of_case AND i.account = who AND i.ended IS NULL;
  UPDATE line.case_ref r SET supervisor = NULL WHERE r.case_id = of_case AND r.supervisor = who;
  RETURN was;
END $$;

-- ------------------------------------------------------------- other cases that hold the same (rule 34)

-- Who is told of whom: within a regime both; across regimes the criminal side alone. Restricted cases are never told
-- of, drafts neither. The answer is unit, contact, kind of match; never a number, a title or a count.
-- callers: none
CREATE OR REPLACE FUNCTION line.cases_told(asker text, owner text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN asker = owner OR asker = 'criminal';

-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_pointers(ctx line.context, of_case uuid, objects uuid[]) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_object('id', mine.printed, 'unit', f.unit,
    'unit_title', line.accounts_unit_title(f.unit), 'contact', line.accounts_title(f.lead), 'kind',
      'same ' || other.kind)), '[]')
  FROM cases.case_file own
  JOIN cases.item mine ON mine.case_id = own.id AND mine.removed IS NULL AND mine.object = ANY (objects)
  JOIN cases.item other ON other.object = mine.object AND other.case_id <> own.id AND other.removed IS NULL
  JOIN cases.case_file f ON f.id = other.case_id
  WHERE own.id = of_case AND of_case IN (SELECT line.cases()) AND NOT f.restricted
    AND f.state IN ('open', 'suspended', 'closure_requested')
    AND line.cases_told(own.regime, f.regime));

-- The other side hears, as an event of its own case: from the worker (line.errand_items).
CREATE OR REPLACE FUNCTION line.cases_notify(ctx line.context, of_case uuid, objects uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  PERFORM line.cases_match_due(of_case, 'items', of_case);
  PERFORM line.errand_put(ctx, 'items', jsonb_build_object('case', of_case, 'objects', objects));
END $$;

CREATE OR REPLACE FUNCTION line.cases_decidable(ctx line.context, in_unit text, besides uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT line.can_decide('supervisor', in_unit, besides || ctx.account) THEN
    PERFORM line.nobody(ctx, format('supervisor of %s besides those who ask or lead',
      line.accounts_unit_title(in_unit))); END IF;
END $$;
