-- Custody outlives the work on its case. Whoever has an item in hand, or is offered it, signs for that item whether or
-- not the case is open and they are its member still; who can't sign any more is replaced by a supervisor and the new
-- custodian.
-- callers: writer

-- The acts that need no open case. Taking something into evidence isn't one of them. Asked at every act of a case, so
-- it has no search_path of its own and becomes part of what calls it (10_emit.sql).
-- callers: none
CREATE OR REPLACE FUNCTION line.custody_act(name text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN name = ANY
  ('{case_evidence_show,case_evidence_store,case_evidence_offer,case_evidence_accept,case_evidence_decline,'
    'case_evidence_dispose,case_evidence_reassign}'::text[]);

-- The ground: an item of this case in hand or offered, held by somebody who works in its unit or regime now.
-- callers: none
CREATE OR REPLACE FUNCTION line.custody_ground(who uuid, of_case uuid, in_unit text, of_regime text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM cases.evidence e WHERE e.case_id = of_case AND who IN (e.custodian, e.offered_to))
    AND line.cases_eligible(who, in_unit, of_regime, 'member')
$$;

-- Is that ground the only one? Then the pass opens the items and nothing else of the case.
-- callers: none
CREATE OR REPLACE FUNCTION line.custody_alone(who uuid, of_case uuid, in_unit text, of_regime text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT line.custody_ground(who, of_case, in_unit, of_regime)
    AND NOT EXISTS (SELECT FROM line.case_members_now(of_case) m WHERE m.account = who)
$$;

-- For row-level security: the items that a pass of custody opens, those of which this act's own link speaks among them.
-- callers: reader, writer
CREATE OR REPLACE FUNCTION line.cases_custody() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
DECLARE parts text[] := line.pass();
BEGIN
  IF parts IS NULL OR parts[4] <> 'custody' THEN RETURN; END IF;
  RETURN QUERY SELECT e.id FROM cases.evidence e WHERE parts[3]::uuid IN (e.custodian, e.offered_to)
    UNION SELECT c.evidence FROM cases.custody c WHERE c.entry = parts[5]::uuid;
END $$;

-- Unit and number of the item's case, for whom the pass shows the item.
CREATE OR REPLACE FUNCTION line.cases_custody_of(item uuid, of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_object('case', f.number, 'unit', f.unit, 'regime', f.regime, 'restricted',
    f.restricted) FROM cases.case_file f
    WHERE f.id = of_case AND (f.id IN (SELECT line.cases()) OR item IN (SELECT line.cases_custody()))
$$;

-- May this person have an item of the case in hand? Who works in its unit or regime; of a restricted case, its members
-- alone.
CREATE OR REPLACE FUNCTION line.cases_custody_taker(who uuid, of_case uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM cases.case_file f WHERE f.id = of_case AND CASE WHEN f.restricted
    THEN line.cases_capacity(who, f.id) IS NOT NULL ELSE line.cases_eligible(who, f.unit, f.regime, 'member') END)
$$;

-- SHA-256 of the bytes behind an item, computed of them now; NULL where there are none. Never what anybody states.
CREATE OR REPLACE FUNCTION line.cases_custody_digest(item uuid) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT sha256(d.content) FROM cases.evidence e JOIN cases.document d ON d.id = e.document
    WHERE e.id = item AND (e.case_id IN (SELECT line.cases()) OR e.id IN (SELECT line.cases_custody()))
$$;

-- One after the other: who leaves a case, and who takes an item of it.
CREATE OR REPLACE FUNCTION line.cases_custody_lock(of_case uuid) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('custody ' || of_case::text, 0))
$$;

-- What this person has in hand or is offered, over all cases of the desk's regime; to a supervisor also what lies with
-- somebody who can't sign any more. Of a case its number alone.
-- callers: reader
CREATE OR REPLACE FUNCTION line.cases_custody_list(ctx line.context, most integer, skip integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH mine AS (
    SELECT e.*, line.revision(to_jsonb(e)) AS revision, f.number AS of_number, NOT line.cases_eligible(e.custodian,
      f.unit, f.regime, 'member') AS stranded
    FROM cases.evidence e JOIN cases.case_file f ON f.id = e.case_id
    WHERE e.custodian IS NOT NULL AND f.regime = ctx.regime AND (ctx.account IN (e.custodian, e.offered_to)
      OR f.id IN (SELECT line.cases()) AND line.accounts_holds(ctx.account, f.unit, 'supervisor')
        AND NOT line.cases_eligible(e.custodian, f.unit, f.regime, 'member')))
  SELECT jsonb_build_object('total', (SELECT count(*) FROM mine), 'items',
    (SELECT COALESCE(jsonb_agg(jsonb_build_object('case', m.of_number,
      'item', 'EV-' || lpad(m.number::text, 4, '0'), 'title', m.title, 'place', m.place, 'state', m.state,
      'custodian', line.accounts_name(m.custodian), 'custodian_title', line.accounts_title(m.custodian),
      'offered_to', line.accounts_name(m.offered_to), 'offered_to_title', line.accounts_title(m.offered_to), 'stranded',
        m.stranded, 'revision', m.revision)
      ORDER BY m.of_number, m.number), '[]')
    FROM (SELECT * FROM mine ORDER BY of_number, number LIMIT most OFFSET skip) m))
$$;

-- Whether a purge has kept the hash of this, so that it may go.
CREATE OR REPLACE FUNCTION line.cases_hash_kept(thing uuid, at_place integer, digest bytea) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (SELECT FROM retention.kept_hash k WHERE k.object = thing AND k.place = at_place
    AND (digest IS NULL OR k.sha256 = digest))
$$;
