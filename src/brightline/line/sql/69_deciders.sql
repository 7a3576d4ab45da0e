-- What nobody could ever decide isn't taken: whoever asks learns at once who is missing, and the way out. Only one's own side is
-- looked at; whose rows a crossing would open isn't told by a refusal (the worker tells those who can help, 85_errands.sql).

CREATE OR REPLACE FUNCTION line.can_decide(wanted text, in_unit text, besides uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM line.holders(wanted, in_unit) h WHERE NOT h = ANY (array_remove(besides, NULL)));
ALTER FUNCTION line.can_decide(text, text, uuid[]) OWNER TO brightline_line;

-- A refusal in words, the same for every act that waits for somebody.
CREATE OR REPLACE FUNCTION line.nobody(ctx line.context, who text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM line.conflict(ctx, 'nobody', format('Nobody could decide this: there is no %s.', who),
    'An administrator gives somebody the role, for as long as it is needed: brightline role add --until DAY; brightline doctor lists whom units lack.');
END $$;
ALTER FUNCTION line.nobody(line.context, text) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.cases_decidable(ctx line.context, in_unit text, besides uuid[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT line.can_decide('supervisor', in_unit, besides || ctx.account) THEN
    PERFORM line.nobody(ctx, format('supervisor of %s besides those who ask or lead', line.accounts_unit_title(in_unit))); END IF;
END $$;
ALTER FUNCTION line.cases_decidable(line.context, text, uuid[]) OWNER TO brightline_line;

-- Legal review by an approver, approval by a supervisor of the unit: two people, neither of them the author.
CREATE OR REPLACE FUNCTION line.operations_decidable(ctx line.context, o operations.operation) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT line.can_decide('approver', NULL, ARRAY[o.author]) THEN PERFORM line.nobody(ctx, 'approver besides the plan''s author, to review it in law'); END IF;
  IF NOT line.can_decide('supervisor', o.unit, ARRAY[o.author]) THEN
    PERFORM line.nobody(ctx, format('supervisor of %s besides the plan''s author', line.accounts_unit_title(o.unit))); END IF;
  IF NOT EXISTS (SELECT FROM line.holders('approver', NULL) a, line.holders('supervisor', o.unit) s WHERE a <> s AND a <> o.author AND s <> o.author) THEN
    PERFORM line.nobody(ctx, 'second person: the only approver is the only supervisor'); END IF;
END $$;
ALTER FUNCTION line.operations_decidable(line.context, operations.operation) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.disclosures_decidable(ctx line.context, in_unit text, requester uuid, two boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT line.can_decide('supervisor', in_unit, ARRAY[requester]) THEN
    PERFORM line.nobody(ctx, format('supervisor of %s besides whoever prepared it', line.accounts_unit_title(in_unit))); END IF;
  IF two AND NOT EXISTS (SELECT FROM line.holders('approver', NULL) a, line.holders('supervisor', in_unit) s WHERE a <> s AND a <> requester AND s <> requester) THEN
    PERFORM line.nobody(ctx, 'approver for so many people besides its supervisor and whoever prepared it'); END IF;
END $$;
ALTER FUNCTION line.disclosures_decidable(line.context, text, uuid, boolean) OWNER TO brightline_line;

CREATE OR REPLACE FUNCTION line.leads_takable(ctx line.context, to_unit text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT (line.can_decide('vetter', to_unit, '{}') OR line.can_decide('supervisor', to_unit, '{}')) THEN
    PERFORM line.nobody(ctx, format('vetter or supervisor at %s who could take it up', line.accounts_unit_title(to_unit))); END IF;
END $$;
ALTER FUNCTION line.leads_takable(line.context, text) OWNER TO brightline_line;

-- A crossing takes the word of the beneficiary's supervisor, two approvers from outside its side, and of a lead its own unit's word. Of
-- whom else it waits isn't known to whoever asks.
CREATE OR REPLACE FUNCTION line.crossing_decidable(ctx line.context, c line.crossing) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE b line.purpose; home text := line.leads_home(c.beneficiary);
  own uuid[] := ARRAY(SELECT m.account FROM line.purpose p JOIN line.case_member m ON m.case_id = p.case_id WHERE p.id = c.beneficiary) || line.leads_chain(c.beneficiary) || c.requester
    || ARRAY(SELECT line.holders('supervisor', (SELECT p.unit FROM line.purpose p WHERE p.id = c.beneficiary)));
BEGIN
  SELECT * INTO b FROM line.purpose p WHERE p.id = c.beneficiary;
  IF NOT line.can_decide('supervisor', b.unit, ARRAY[c.requester]) THEN
    PERFORM line.nobody(ctx, format('supervisor of %s besides whoever asks, to say what the unit holds of it', line.accounts_unit_title(b.unit))); END IF;
  IF home IS NOT NULL AND NOT (line.can_decide('supervisor', home, ARRAY[c.requester]) OR line.can_decide('steward', home, ARRAY[c.requester])) THEN
    PERFORM line.nobody(ctx, format('supervisor or steward of %s besides whoever asks, to speak for the lead''s unit', line.accounts_unit_title(home))); END IF;
  IF (SELECT count(*) FROM line.holders('approver', NULL) a WHERE NOT a = ANY (own)) < 2 THEN
    PERFORM line.nobody(ctx, 'second approver from outside your side: one reviews the law of a crossing, another decides'); END IF;
END $$;
ALTER FUNCTION line.crossing_decidable(line.context, line.crossing) OWNER TO brightline_line;

-- Custodians of a crossing who have nobody left to speak for them.
CREATE OR REPLACE FUNCTION line.crossing_mute(c line.crossing) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT u FROM unnest(line.crossing_custodians(c.id)) u WHERE NOT EXISTS (SELECT FROM line.crossing_opinion o WHERE o.crossing = c.id AND o.side = 'custodian' AND o.unit = u)
  AND NOT (line.can_decide('supervisor', u, ARRAY[c.requester]) OR line.can_decide('steward', u, ARRAY[c.requester])) ORDER BY u);
ALTER FUNCTION line.crossing_mute(line.crossing) OWNER TO brightline_line;

-- What each unit lacks, for whoever keeps the installation: what waits there could wait for ever. No content, no case, no name.
CREATE OR REPLACE FUNCTION line.undecidable() RETURNS TABLE (unit text, lacks text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.name, x.lacks FROM line.unit u, LATERAL (
    SELECT 'no supervisor: nobody opens its cases, approves its operations and disclosures' AS lacks
      WHERE NOT EXISTS (SELECT FROM line.holders('supervisor', u.name)) AND EXISTS (SELECT FROM line.role_grant g WHERE g.unit = u.name AND g.role IN ('agent', 'analyst') AND line.accounts_live(g))
    UNION ALL SELECT 'one supervisor: nobody decides what that person asks for'
      WHERE (SELECT count(*) FROM line.holders('supervisor', u.name)) = 1 AND EXISTS (SELECT FROM line.role_grant g WHERE g.unit = u.name AND g.role IN ('agent', 'analyst') AND line.accounts_live(g))
    UNION ALL SELECT 'neither supervisor nor steward: nobody speaks for its sources when a crossing is asked for'
      WHERE NOT EXISTS (SELECT FROM line.holders('supervisor', u.name)) AND NOT EXISTS (SELECT FROM line.holders('steward', u.name))
        AND EXISTS (SELECT FROM line.source s WHERE s.custodian_unit = u.name AND s.state = 'active')
    UNION ALL SELECT 'one vetter: nobody else confirms a lead'
      WHERE (SELECT count(*) FROM (SELECT line.holders('vetter', u.name) UNION SELECT line.holders('supervisor', u.name)) v) = 1 AND EXISTS (SELECT FROM line.holders('vetter', u.name))) x
  WHERE u.state = 'active'
  UNION ALL SELECT 'the installation', format('%s approver%s: a crossing takes two, one for its law and one to decide', n, CASE n WHEN 1 THEN '' ELSE 's' END)
    FROM (SELECT count(*) AS n FROM line.holders('approver', NULL)) a WHERE n < 2 AND EXISTS (SELECT FROM line.unit)
  UNION ALL SELECT 'the installation', 'no overseer: nobody hears of what is odd' WHERE NOT EXISTS (SELECT FROM line.holders('overseer', NULL)) AND EXISTS (SELECT FROM line.unit)
  ORDER BY 1, 2
$$;
ALTER FUNCTION line.undecidable() OWNER TO brightline_line;
