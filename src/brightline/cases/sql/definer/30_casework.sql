-- What the work on a case may do past its own case: tell people of it, look blind over all cases, ask for clearances.
-- callers: writer

-- ----------------------------------------------------------------------------------------- notices

-- One row for one person. It names the case by id; its number is told at reading, to whoever may still see it.
CREATE OR REPLACE FUNCTION line.cases_tell(ctx line.context, who uuid, sort text, said text, of_case uuid,
  object uuid, detail jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF who IS NULL OR who = ctx.account THEN RETURN; END IF;
  INSERT INTO cases.notice (account, kind, what, case_id, object, detail)
    VALUES (who, sort, said, of_case, object, detail);
END $$;

-- Everybody who holds a role in a unit and may see the case from there.
CREATE OR REPLACE FUNCTION line.cases_tell_unit(ctx line.context, in_unit text, wanted text, sort text,
  said text, of_case uuid,
  object uuid, detail jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.cases_tell(ctx, w.account, sort, said, of_case, object, detail)
    FROM (SELECT DISTINCT g.account FROM line.role_grant g WHERE g.unit = in_unit AND line.accounts_live(g)
      AND (wanted IS NULL OR g.role = wanted)) w
    WHERE line.cases_open_to(w.account, of_case);
END $$;

-- May this person know of the case: as its member, or as a supervisor of its unit where it isn't restricted.
-- callers: none
CREATE OR REPLACE FUNCTION line.cases_open_to(who uuid, of_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.cases_capacity(who, of_case) IS NOT NULL OR EXISTS (SELECT FROM line.case_ref r
  WHERE r.case_id = of_case AND (NOT r.restricted OR r.supervisor = who)
    AND line.accounts_holds(who, r.unit, 'supervisor'));

-- An approver outside the case's unit who is no member of it.
-- callers: none
CREATE OR REPLACE FUNCTION line.cases_clears(who uuid, of_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.cases_capacity(who, of_case) IS NULL AND EXISTS (SELECT FROM line.role_grant g, line.case_ref r
  WHERE r.case_id = of_case AND g.account = who AND g.role = 'approver' AND g.unit <> r.unit AND line.accounts_live(g));

CREATE OR REPLACE FUNCTION line.cases_notices_read(ctx line.context) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer;
BEGIN
  UPDATE cases.notice x SET read = clock_timestamp() WHERE x.account = ctx.account AND x.read IS NULL;
  GET DIAGNOSTICS n = ROW_COUNT;
  UPDATE line.account_notice y SET read = clock_timestamp() WHERE y.account = ctx.account AND y.read IS NULL;
  IF FOUND THEN n := n + 1; END IF;
  RETURN n;
END $$;

-- ------------------------------------------------------------------------------ deconfliction (rule 34)

-- What is answered at once is what the asker may know of anyway; whom else it concerns, on either side, hears by a
-- notice from the worker (line.errand_deconflict), since what this statement writes must not depend on what it found.
DROP FUNCTION IF EXISTS line.cases_deconflict(line.context, uuid, text, jsonb, text, text);
CREATE OR REPLACE FUNCTION line.cases_deconflict(ctx line.context, of_case uuid, sort text, asked text,
  groups jsonb, needed text,
  first_day date, last_day date) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own cases.case_file; wanted jsonb; told jsonb;
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  SELECT * INTO own FROM cases.case_file f WHERE f.id = of_case;
  wanted := line.deconflict_wanted(sort, asked, groups, needed);
  told := (SELECT COALESCE(jsonb_agg(DISTINCT line.cases_side(f, sort)), '[]')
    FROM line.deconflict_matches(own, wanted, first_day, last_day) f
    WHERE line.cases_open_to(ctx.account, f.id) AND line.cases_told(own.regime, f.regime));
  PERFORM line.errand_put(ctx, 'deconflict', jsonb_build_object('case', of_case, 'kind', sort,
    'wanted', wanted, 'told', told,
    'place', CASE WHEN sort = 'event' THEN asked END, 'from', first_day, 'to', last_day));
  RETURN told;
END $$;

-- How an address was understood: the asker's own words, so that they see what is compared.
CREATE OR REPLACE FUNCTION line.cases_address(asked text) RETURNS jsonb
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN line.address_parts(asked) - 'tail' - 'named';

-- All that one side may hear of the other.
-- callers: none
CREATE OR REPLACE FUNCTION line.cases_side(f cases.case_file, sort text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('unit', f.unit, 'unit_title', line.accounts_unit_title(f.unit),
  'contact', line.accounts_title(f.lead), 'kind', 'same ' || sort);

-- The lead and the supervisors of the other case hear of one's own unit and contact. If one person stands on both
-- sides, they are told all the same: it is another case of theirs.
-- callers: none
CREATE OR REPLACE FUNCTION line.cases_tell_side(ctx line.context, of_case uuid, asking cases.case_file,
  sort text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.notice_fold(m.account, 'deconfliction', 'another case holds or asks about the same ' || sort, of_case,
    line.cases_side(asking, sort))
    FROM (SELECT DISTINCT a.account FROM line.case_answers(of_case) a (account)) m;
END $$;

-- ------------------------------------------------------------------------------------- hours, relations

CREATE OR REPLACE FUNCTION line.cases_minutes(who uuid, on_day date) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(sum(h.minutes), 0)::integer FROM cases.hours h WHERE h.account = who
  AND h.day = on_day AND h.voided IS NULL);

-- Another case's id by its number, only for whoever may know of it.
CREATE OR REPLACE FUNCTION line.cases_known(ctx line.context, asked text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT f.id FROM cases.case_file f WHERE f.number = upper(asked) AND line.cases_open_to(ctx.account, f.id));

CREATE OR REPLACE FUNCTION line.cases_relate(ctx line.context, of_case uuid, other_case uuid,
  sort text, why text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  IF NOT line.cases_open_to(ctx.account, other_case) THEN PERFORM line.missing(ctx); END IF;
  INSERT INTO cases.relation (case_id, other, kind, reason, account)
    VALUES (of_case, other_case, sort, why, ctx.account),
    (other_case, of_case, CASE sort WHEN 'parent' THEN 'child' WHEN 'child' THEN 'parent'
      ELSE sort END, why, ctx.account)
    ON CONFLICT DO NOTHING;
END $$;

-- Whoever may not know of the other case isn't told that there is one.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_related(ctx line.context, of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('case', f.number, 'title', f.title, 'regime',
  f.regime, 'state', f.state,
    'kind', r.kind, 'reason', r.reason, 'by', line.accounts_name(r.account), 'at', line.stamp(r.at))
      ORDER BY r.at, f.number), '[]')
  FROM cases.relation r JOIN cases.case_file f ON f.id = r.other
  WHERE r.case_id = of_case AND of_case IN (SELECT line.cases())
    AND (line.cases_open_to(ctx.account, f.id) OR f.id IN (SELECT line.cases())));

-- ------------------------------------------------------------------------------------------- clearances

-- callers: none
CREATE OR REPLACE FUNCTION line.cases_clearance(c line.clearance) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', c.id, 'case', (SELECT f.number FROM cases.case_file f WHERE f.id = c.case_id),
  'title', (SELECT f.title FROM cases.case_file f WHERE f.id = c.case_id), 'caveat', c.caveat, 'order', c.orders,
  'expires', c.expires, 'state', CASE WHEN c.state = 'approved' AND c.expires < CURRENT_DATE
    THEN 'expired' ELSE c.state END,
  'asked_by', line.accounts_name(c.asked_by), 'asked', line.stamp(c.asked), 'decided_by',
    line.accounts_name(c.decided_by),
  'decided', line.stamp(c.decided), 'reason', c.reason, 'revision', line.revision(to_jsonb(c)));

CREATE OR REPLACE FUNCTION line.cases_clearance_ask(ctx line.context, of_case uuid, wanted text, orders text,
  last date) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.clearance; book jsonb := (SELECT s.rulebook FROM line.state s);
BEGIN
  PERFORM line.cases_guard(ctx, of_case);
  IF NOT COALESCE(book -> 'caveats' ? wanted, false) OR COALESCE(book -> 'open_caveats' ? wanted, false) THEN
    PERFORM line.bad('caveat', 'needs no clearance or is unknown', 'See the caveats of the rulebook.'); END IF;
  IF length(btrim(orders)) < 20 THEN
    PERFORM line.refuse(ctx, 'order', 'The order or form isn''t named.',
      'Name the court, its order''s number, date and scope.'); END IF;
  IF last IS NULL OR last <= CURRENT_DATE OR last > CURRENT_DATE + 365 THEN
    PERFORM line.bad('expires', 'must lie within a year from now',
      'A clearance ends with its order, after a year at the latest.'); END IF;
  IF EXISTS (SELECT FROM line.clearance x WHERE x.case_id = of_case AND x.caveat = wanted AND x.state = 'asked') THEN
    PERFORM line.conflict(ctx, 'asked', 'This clearance is asked for already.', 'Wait for the decision.'); END IF;
  INSERT INTO line.clearance (case_id, caveat, orders, expires, asked_by)
    VALUES (of_case, wanted, btrim(orders), last, ctx.account)
    RETURNING * INTO c;
  RETURN line.cases_clearance(c);
END $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.cases_clearances(ctx line.context, of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(line.cases_clearance(c) ORDER BY c.asked DESC, c.id), '[]') FROM line.clearance c
  WHERE CASE WHEN of_case IS NULL THEN line.cases_clears(ctx.account, c.case_id)
    ELSE c.case_id = of_case AND of_case IN (SELECT line.cases()) END);

CREATE OR REPLACE FUNCTION line.cases_clearance_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.clearance; wanted uuid := line.uuid(p, 'clearance');
BEGIN
  SELECT * INTO c FROM line.clearance x WHERE x.id = wanted FOR UPDATE;
  RETURN CASE WHEN line.cases_clears(ctx.account, c.case_id) THEN to_jsonb(c) END;
END $$;

CREATE OR REPLACE FUNCTION line.cases_clearance_decide(ctx line.context, wanted uuid, verdict text,
  why text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.clearance;
BEGIN
  SELECT * INTO c FROM line.clearance x WHERE x.id = wanted FOR UPDATE;
  IF c.id IS NULL OR NOT line.cases_clears(ctx.account, c.case_id) THEN PERFORM line.missing(ctx); END IF;
  IF c.asked_by = ctx.account THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'Who asked for this can''t decide it.',
      'Another approver has to decide.'); END IF;
  PERFORM line.decider(ctx, ARRAY[c.asked_by], true);
  IF NOT (c.state = 'asked' AND verdict IN ('approved', 'denied') OR c.state = 'approved' AND verdict = 'revoked') THEN
    PERFORM line.conflict(ctx, 'state', format('This clearance is %s.', c.state),
      'A new one can be asked for.'); END IF;
  IF verdict = 'approved' AND c.expires <= CURRENT_DATE THEN
    PERFORM line.conflict(ctx, 'expired', 'The order has run out meanwhile.',
      'Deny it; a new one can be asked for.'); END IF;
  UPDATE line.clearance x SET state = verdict, decided_by = ctx.account, decided = clock_timestamp(), reason = why
    WHERE x.id = wanted RETURNING * INTO c;
  PERFORM line.move_epoch();
  PERFORM line.event(ctx, 'clearance', c.id, c.case_id, 'clearance ' || verdict, NULL,
    jsonb_build_object('caveat', c.caveat, 'expires', c.expires, 'reason', why));
  PERFORM line.cases_tell(ctx, c.asked_by, 'clearance', format('your clearance for %s was %s', c.caveat, verdict),
    c.case_id, c.id, '{}');
  RETURN line.cases_clearance(c);
END $$;
