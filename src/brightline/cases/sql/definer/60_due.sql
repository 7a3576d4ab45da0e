-- What waits for one person, of every room and under every desk of theirs: one inbox, each line with its place (what it
-- is), its key (which one) and the desk or case under which it is decided. Computed at each asking, so that it ends
-- when it is done; each rule asks what the room's own decision asks, so that a line that stands here can be decided
-- there.
-- callers: none

-- The desk of this unit at which somebody signs for things.
CREATE OR REPLACE FUNCTION line.due_desk(who uuid, in_unit text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (SELECT min(g.unit || '/' || g.role) FROM line.role_grant g WHERE g.account = who AND line.accounts_live(g)
  AND g.role IN ('agent', 'analyst', 'supervisor')
    AND (g.unit = in_unit OR NOT EXISTS (SELECT FROM line.role_grant o WHERE o.account = who
    AND o.unit = in_unit AND o.role IN ('agent', 'analyst', 'supervisor') AND line.accounts_live(o))));

-- A line of the inbox: `place` names the page, `key` what is on it, `desk` the purpose to open it under.
CREATE OR REPLACE FUNCTION line.due_cases(who uuid) RETURNS TABLE (kind text, what text, place text, key text,
  desk text, case_id uuid, object uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'approval', CASE f.state WHEN 'submitted' THEN 'a case waits for its opening' WHEN 'closure_requested'
      THEN 'a case waits for its closure' ELSE 'a case waits to be reopened'
        END, 'case', f.number, f.unit || '/supervisor', f.id, f.id, f.asked_at
    FROM cases.case_file f WHERE f.state IN ('submitted', 'closure_requested', 'reopen_requested')
      AND line.accounts_holds(who, f.unit, 'supervisor') AND line.cases_open_to(who, f.id) AND who IS DISTINCT
        FROM f.asked_by AND who <> f.lead AND (f.opened IS NOT NULL OR who <> f.made_by)
  UNION ALL
  SELECT 'approval', 'report ' || r.number || ' waits for review', 'case', f.number, f.unit || '/supervisor',
    r.case_id, r.id, r.submitted
    FROM cases.report r JOIN cases.case_file f ON f.id = r.case_id WHERE r.state = 'in_review' AND r.author <> who
      AND line.accounts_holds(who, f.unit, 'supervisor') AND line.cases_open_to(who, f.id)
  UNION ALL
  -- By its number as well: whoever takes an item needn't know the case, and names it to sign.
  SELECT 'custody', format('EV-%s of %s is offered to you', lpad(e.number::text, 4, '0'), f.number), 'custody',
    f.number, line.due_desk(who, f.unit), e.case_id, e.id, e.made
    FROM cases.evidence e JOIN cases.case_file f ON f.id = e.case_id WHERE e.offered_to = who
      AND line.cases_eligible(who, f.unit, f.regime, 'member')
  UNION ALL
  SELECT 'custody', format('EV-%s lies with somebody who can''t sign any more: give it to another custodian',
    lpad(e.number::text, 4, '0')), 'custody', f.number,
      f.unit || '/supervisor', e.case_id, e.id, e.made
    FROM cases.evidence e JOIN cases.case_file f ON f.id = e.case_id WHERE e.custodian IS NOT NULL
      AND e.offered_to IS NULL
      AND line.accounts_holds(who, f.unit, 'supervisor') AND line.cases_open_to(who, f.id)
        AND NOT line.cases_eligible(e.custodian, f.unit, f.regime, 'member')
  UNION ALL
  SELECT 'approval', 'a clearance waits for a decision', 'clearance', f.number,
      (SELECT min(g.unit) || '/approver' FROM line.role_grant g WHERE g.account = who AND g.role = 'approver'
        AND g.unit <> f.unit AND line.accounts_live(g)), c.case_id, c.id, c.asked
    FROM line.clearance c JOIN cases.case_file f ON f.id = c.case_id
    WHERE c.state = 'asked' AND line.cases_clears(who, c.case_id) AND c.asked_by <> who
$$;

-- As whom this desk meets a crossing that isn't decided: as line.crossing_side, for a person who is nowhere signed in
-- to it.
CREATE OR REPLACE FUNCTION line.due_side(c line.context, x line.crossing) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE b line.purpose; role text := split_part(c.purpose_key, '/', 2);
BEGIN
  SELECT * INTO b FROM line.purpose p WHERE p.id = x.beneficiary;
  IF role = 'approver' THEN RETURN 'approver'; END IF;
  IF role IN ('supervisor', 'steward') AND c.unit = ANY (line.crossing_custodians(x.id)) THEN
    RETURN 'custodian'; END IF;
  IF role <> 'supervisor' THEN RETURN NULL; END IF;
  IF b.kind = 'lead' THEN RETURN CASE WHEN b.unit = c.unit AND line.leads_home(b.id) IS DISTINCT FROM c.unit
    THEN 'supervisor' END; END IF;
  RETURN CASE WHEN line.cases_open_to(c.account, b.case_id) AND EXISTS (SELECT FROM line.case_ref r
    WHERE r.case_id = b.case_id AND r.unit = c.unit)
    THEN 'supervisor' END;
END $$;

CREATE OR REPLACE FUNCTION line.due_crossings(c line.context) RETURNS TABLE (kind text, what text, place text, key text,
  desk text, case_id uuid, object uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN m.may ? 'opinion' THEN 'opinion' ELSE 'approval'
    END, format('crossing %s waits for %s', m.number, CASE WHEN m.may ? 'opinion' THEN 'your opinion'
      WHEN m.may ? 'review' THEN 'a review of its law' ELSE 'your decision' END), 'crossing', m.number, c.purpose_key,
        NULL::uuid, m.id, m.requested
  FROM (SELECT x.id, x.number, x.requested, x.reviewed_by, line.crossing_may(c, x, line.due_side(c, x)) AS
    may FROM line.crossing x
    WHERE x.state NOT IN ('denied', 'withdrawn', 'revoked')
      AND line.crossing_state(x) IN ('requested', 'reviewed', 'emergency') AND line.due_side(c, x) IS NOT NULL) m
  WHERE m.may ?| ARRAY['opinion', 'review', 'approve'] OR (m.reviewed_by IS NOT NULL AND m.may ? 'deny')
$$;

-- What a supervisor decides of the unit's work, and an approver of anybody's.
CREATE OR REPLACE FUNCTION line.due_work(c line.context, seat text) RETURNS TABLE (kind text, what text, place text,
  key text, desk text, case_id uuid, object uuid, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT 'approval', format('disclosure %s waits for %s', d.number, CASE seat WHEN 'approver'
    THEN 'a second approver' ELSE 'your decision' END), 'disclosure', d.number,
      c.purpose_key, NULL::uuid, d.id, d.made
    FROM disclosures.disclosure d WHERE d.state = 'submitted' AND d.requester <> c.account
      AND CASE seat WHEN 'supervisor' THEN d.unit = c.unit AND d.approver IS NULL AND d.second IS DISTINCT
        FROM c.account AND line.cases_open_to(c.account, d.case_id)
        WHEN 'approver' THEN (d.people ->> 'total')::integer > line.disclosures_limit() AND d.second IS NULL
          AND d.approver IS DISTINCT FROM c.account ELSE false END
  UNION ALL
  SELECT 'approval', format('operation %s waits for %s', o.number, CASE o.state WHEN 'legal_review' THEN 'legal review'
    WHEN 'cleared' THEN 'your approval' ELSE 'a review' END),
      'operation', o.number, c.purpose_key, NULL::uuid, o.id, o.updated
    FROM operations.operation o WHERE CASE o.state WHEN 'legal_review' THEN seat = 'approver' AND o.author <> c.account
      WHEN 'cleared' THEN seat = 'supervisor' AND o.unit = c.unit AND o.author <> c.account
        AND o.legal_by IS DISTINCT FROM c.account
      WHEN 'closed' THEN seat = 'supervisor' AND o.unit = c.unit AND o.closed_by IS DISTINCT
        FROM c.account ELSE false END
  UNION ALL
  SELECT 'approval', format('bulk run %s waits for your decision', b.number), 'bulk', b.number, c.purpose_key,
    NULL::uuid, b.id, b.made
    FROM bulk.request b WHERE b.state = 'measured' AND seat = 'supervisor' AND b.unit = c.unit
      AND b.account <> c.account AND line.cases_open_to(c.account, b.case_id)
  UNION ALL
  SELECT 'approval', format('restriction %s waits for your decision', r.number), 'restrictions', r.number,
    c.purpose_key, NULL::uuid, r.id, r.asked
    FROM restrictions.restriction r WHERE r.state = 'asked' AND seat = 'approver' AND r.asked_by <> c.account
  UNION ALL
  SELECT 'approval', format('purge %s waits for your decision', g.number), 'retention', g.number, c.purpose_key,
    NULL::uuid, g.id, g.proposed
    FROM retention.purge g WHERE g.state = 'proposed' AND seat IN ('approver', 'supervisor')
      AND line.retention_decides(c, g)
  UNION ALL
  SELECT 'approval', format('rulebook version %s waits for your decision', v.version), 'rulebook', v.version::text,
    c.purpose_key, NULL::uuid, NULL::uuid, v.proposed
    FROM line.rulebook_version v WHERE v.state = 'proposed' AND seat = 'approver'
      AND v.author IS DISTINCT FROM c.account
  UNION ALL
  SELECT 'approval', format('a run of %s is held until another person releases it', r.feed), 'feed', r.feed,
    c.purpose_key, NULL::uuid, r.id, r.ended
    FROM feed.run r JOIN feed.feed f ON f.name = r.feed JOIN line.source s ON s.name = f.source
    WHERE seat IN ('steward', 'supervisor') AND s.custodian_unit = c.unit AND r.state = 'failed'
      AND r.code = ANY (feed.held_for()) AND r.account <> c.account
      AND f.last_run IS NOT DISTINCT FROM r.base AND f.digest = r.digest
      AND NOT EXISTS (SELECT FROM feed.run n WHERE n.feed = r.feed AND n.queued > r.queued);
END $$;

CREATE OR REPLACE FUNCTION line.due_leads(c line.context) RETURNS TABLE (kind text, what text, place text, key text,
  desk text, case_id uuid, object uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'lead', format('lead %s waits for a second person', l.number), 'lead', l.number, c.purpose_key,
    NULL::uuid, l.id, l.updated
    FROM leads.lead l WHERE l.unit = c.unit AND l.state = 'viable' AND l.viable_by <> c.account
  UNION ALL
  SELECT 'lead', format('a claim of status holds lead %s until two others looked', l.number), 'lead', l.number,
    c.purpose_key, NULL::uuid, h.id, h.opened
    FROM leads.hold h JOIN leads.lead l ON l.id = h.lead WHERE l.unit = c.unit AND h.state = 'open'
      AND h.opened_by <> c.account AND h.first_by IS DISTINCT FROM c.account
  UNION ALL
  SELECT 'referral', format('referral %s waits %s', r.number, CASE r.state WHEN 'sent' THEN 'to be acknowledged'
    ELSE 'for an answer' END), 'referral', r.number,
      c.purpose_key, NULL::uuid, r.id, r.sent
    FROM leads.referral r WHERE r.to_unit = c.unit AND r.state IN ('sent', 'acknowledged')
$$;

-- Powers and access: roles to confirm, glasses, proposals, leavers; for overseers what only they judge, as one line
-- each.
CREATE OR REPLACE FUNCTION line.due_access(c line.context, seat text) RETURNS TABLE (kind text, what text, place text,
  key text, desk text, case_id uuid, object uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'role', format('%s roles wait to be confirmed at %s', count(*), c.purpose_key), 'roles', c.purpose_key,
    c.purpose_key, NULL::uuid, NULL::uuid, min(g.due) - interval '14 days'
    FROM line.role_grant g JOIN line.account a ON a.id = g.account AND a.state = 'active'
    WHERE seat IN ('supervisor', 'admin') AND (g.valid_to IS NULL OR g.valid_to > clock_timestamp())
      AND g.due < clock_timestamp() + interval '14 days'
      AND g.due > clock_timestamp() AND line.accounts_confirms(c, g) HAVING count(*) > 0
  UNION ALL
  SELECT 'glass', format('%s waits for %s', b.number, CASE b.state WHEN 'asked' THEN 'your decision' ELSE 'a review'
    END), 'glass', b.number, c.purpose_key, NULL::uuid, b.id, b.asked
    FROM line.glass b WHERE seat IN ('supervisor', 'admin', 'approver') AND line.accounts_glass_judges(c, b)
      AND (line.accounts_glass_state(b) = 'asked'
      OR line.accounts_glass_state(b) IN ('expired', 'ended') AND b.decided IS NOT NULL AND b.reviewed IS NULL
        AND b.decided_by <> c.account)
  UNION ALL
  SELECT 'approval', format('proposal %s waits for your decision: %s %s', r.number, replace(r.kind, '_', ' '), r.about),
    'proposal', r.number, c.purpose_key, NULL::uuid, r.id, r.proposed
    FROM line.proposal r WHERE r.state = 'proposed' AND 'accept' = ANY (line.proposal_may(c, r))
  UNION ALL
  SELECT 'approval', format('%s accounts would end by a list of %s', cardinality(l.accounts), l.issuer), 'leavers',
    l.id::text, c.purpose_key, NULL::uuid, l.id, l.asked
    FROM line.leaving l WHERE l.state = 'asked' AND seat IN ('admin', 'overseer') AND l.asked_by <> c.account
      AND NOT c.account = ANY (l.accounts)
      AND l.asked > clock_timestamp() - interval '7 days'
  UNION ALL
  SELECT 'review', format('%s crossings have ended and wait for an audit', count(*)), 'crossings', 'unaudited',
    c.purpose_key, NULL::uuid, NULL::uuid, min(x.requested)
    FROM line.crossing x WHERE seat = 'overseer'
      AND line.crossing_state(x) IN ('expired', 'revoked', 'refused', 'unreviewed')
      AND line.crossing_may(c, x, 'overseer') ? 'audit' HAVING count(*) > 0
  UNION ALL
  SELECT 'review', format('%s flags of misuse wait for a verdict', count(*)), 'flags', 'open', c.purpose_key,
    NULL::uuid, NULL::uuid, min(f.at)
    FROM oversight.flag f WHERE seat = 'overseer' AND f.state = 'open' AND f.account IS DISTINCT
      FROM c.account HAVING count(*) > 0
  UNION ALL
  SELECT 'review', format('%s reasons wait for a verdict', count(DISTINCT (t.kind, t.inquiry))), 'reasons', 'queue',
    c.purpose_key, NULL::uuid, NULL::uuid, min(s.at)
    FROM oversight.sampled t JOIN oversight.sample s ON s.id = t.sample WHERE seat = 'overseer' AND t.verdict IS NULL
      AND NOT EXISTS (SELECT FROM oversight.sampled j WHERE j.inquiry = t.inquiry AND j.kind = t.kind
        AND j.verdict IS NOT NULL) HAVING count(*) > 0
$$;

-- All of it. The same thing is one line, though two desks of a person could decide it.
CREATE OR REPLACE FUNCTION line.due(who uuid) RETURNS TABLE (kind text, what text, place text, key text, desk text,
  case_id uuid, object uuid, at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE d record; c line.context;
BEGIN
  RETURN QUERY SELECT * FROM line.due_cases(who);
  FOR d IN SELECT DISTINCT g.unit, g.role FROM line.role_grant g WHERE g.account = who AND line.accounts_live(g)
      AND g.role IN ('supervisor', 'admin', 'approver', 'steward', 'vetter', 'overseer') ORDER BY 1, 2 LOOP
    c.account := who; c.unit := d.unit; c.purpose_key := d.unit || '/' || d.role; c.roles := ARRAY[d.role];
    c.kind := CASE d.role WHEN 'overseer' THEN 'oversight' ELSE 'desk' END;
    RETURN QUERY SELECT * FROM line.due_access(c, d.role);
    IF d.role IN ('supervisor', 'steward', 'approver') THEN
      RETURN QUERY SELECT * FROM line.due_crossings(c);
      RETURN QUERY SELECT * FROM line.due_work(c, d.role);
    END IF;
    IF d.role IN ('vetter', 'supervisor') THEN RETURN QUERY SELECT * FROM line.due_leads(c); END IF;
  END LOOP;
END $$;

-- One's own notices: what waits, the longest first; then what was told in the last 90 days, the newest first.
DROP FUNCTION IF EXISTS line.cases_notices(line.context, integer);
-- callers: reader
CREATE OR REPLACE FUNCTION line.cases_notices(ctx line.context, most integer, skip integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (WITH waiting AS MATERIALIZED (SELECT DISTINCT ON (d.place, d.key, d.what, d.object) d.*
  FROM line.due(ctx.account) d
      ORDER BY d.place, d.key, d.what, d.object, d.desk),
    every AS MATERIALIZED (
      SELECT x.id, x.kind, x.what, NULL::text AS place, NULL::text AS key, NULL::text AS desk, x.case_id, x.object,
        x.detail, x.at, x.times, x.read, false AS due FROM cases.notice x
        WHERE x.account = ctx.account AND x.at > clock_timestamp() - interval '90 days'
      UNION ALL
      SELECT y.id, y.kind, y.what, NULL, NULL, NULL, NULL::uuid, NULL::uuid, '{}'::jsonb, y.at, 1, y.read, false
        FROM line.account_notice y
        WHERE y.account = ctx.account AND y.at > clock_timestamp() - interval '90 days'
      UNION ALL
      SELECT NULL::uuid, d.kind, d.what, d.place, d.key, d.desk, d.case_id, d.object, '{}'::jsonb,
        COALESCE(d.at, clock_timestamp()), 1, NULL::timestamptz, true FROM waiting d),
    shown AS (SELECT * FROM every e ORDER BY e.due DESC, CASE WHEN e.due THEN e.at END, e.at DESC, e.id, e.what
      LIMIT most OFFSET skip)
  SELECT jsonb_build_object('total', (SELECT count(*) FROM every), 'waiting', (SELECT count(*)
    FROM every e WHERE e.due),
    'unread', (SELECT count(*) FROM every e WHERE e.read IS NULL),
    'notices', COALESCE(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'what', n.what, 'place', n.place,
      'key', n.key, 'desk', n.desk,
      'case', CASE WHEN line.cases_open_to(ctx.account, n.case_id) THEN (SELECT f.number FROM cases.case_file f
        WHERE f.id = n.case_id) END,
      'object', n.object, 'detail', n.detail, 'at', line.stamp(n.at), 'times', n.times, 'read',
        n.read IS NOT NULL, 'due', n.due)
      ORDER BY n.due DESC, CASE WHEN n.due THEN n.at END, n.at DESC, n.id, n.what), '[]')) FROM shown n);
DROP FUNCTION IF EXISTS line.cases_due(uuid);
DROP FUNCTION IF EXISTS line.accounts_due(uuid);
