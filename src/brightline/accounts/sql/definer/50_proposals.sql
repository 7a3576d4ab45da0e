-- Proposals: nobody alone opens, widens or ends what others see, and nobody alone gives a power. One person proposes,
-- another decides. What opens or widens waits after that for the days of the rulebook's notice (notice.weakening_days),
-- and overseers are told when it begins. The authorities, sources and powers themselves: 20_accounts.sql,
-- 30_sources.sql.
-- callers: none

-- ---------------------------------------------------------------------------------------------- what a proposal is

-- Which kinds end something: they owe no notice, and tell those who lose sight.
CREATE OR REPLACE FUNCTION line.proposal_widens(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN kind IN ('authority_add', 'authority_extend', 'source_add', 'source_renew', 'agreement_extend');

-- A programme owes notice where it weakens a guard, also in setup; what widens sight owes it once there is something to
-- see.
CREATE OR REPLACE FUNCTION line.proposal_owes(r line.proposal) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE r.kind WHEN 'programme' THEN COALESCE(r.terms -> 'weakens', '[]') <> '[]' ELSE line.proposal_widens(r.kind)
  AND NOT line.in_setup() END;

-- What nobody decided in time has lapsed. Nothing has to run for that.
CREATE OR REPLACE FUNCTION line.proposal_state(r line.proposal) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN r.state = 'proposed'
  AND r.proposed < clock_timestamp() - make_interval(days => line.account_rule('undecided_days', 14))
  THEN 'lapsed' ELSE r.state END;

-- What changes sight is decided by an approver; a power by a supervisor of its unit or the one above, or by an
-- overseer; those of administrators, approvers and overseers by an overseer, and where none is live but its sides, by
-- an approver.
CREATE OR REPLACE FUNCTION line.proposal_desk(ctx line.context, r line.proposal) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE desk text := split_part(ctx.purpose_key, '/', 2); wanted text := r.terms ->> 'role';
BEGIN
  IF desk IS NULL THEN RETURN false; END IF;
  IF r.kind NOT IN ('power', 'group') THEN RETURN desk = 'approver'; END IF;
  IF ctx.kind = 'oversight' THEN RETURN true; END IF;
  IF wanted IN ('supervisor', 'steward') THEN
    RETURN desk = 'supervisor' AND (ctx.unit = r.unit OR EXISTS (SELECT FROM line.unit u WHERE u.name = r.unit
      AND u.parent = ctx.unit)); END IF;
  RETURN desk = 'approver' AND NOT EXISTS (SELECT FROM line.holders('overseer', NULL) h WHERE h <> r.author
    AND h IS DISTINCT FROM r.subject);
END $$;

CREATE OR REPLACE FUNCTION line.proposal_may(ctx line.context, r line.proposal) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE now_ text := line.proposal_state(r); may text[] := '{}';
BEGIN
  IF now_ = 'proposed' AND ctx.account <> r.author AND ctx.account IS DISTINCT FROM r.subject
    AND line.proposal_desk(ctx, r) THEN
    may := ARRAY['accept', 'refuse']; END IF;
  IF now_ IN ('proposed', 'notice') AND ctx.account = r.author OR now_ = 'notice' AND line.proposal_desk(ctx, r) THEN
    may := may || ARRAY['withdraw']; END IF;
  RETURN may;
END $$;

-- Its author, whoever decides, overseers, and those whose unit it is about.
CREATE OR REPLACE FUNCTION line.proposal_told(ctx line.context, r line.proposal) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE desk text := split_part(ctx.purpose_key, '/', 2);
BEGIN
  RETURN COALESCE(r.author = ctx.account OR ctx.kind = 'oversight' OR line.proposal_desk(ctx, r)
    OR r.decided_by IS NOT DISTINCT FROM ctx.account
    OR desk IN ('supervisor', 'steward') AND ctx.unit = r.unit
    OR desk = 'admin' AND r.kind IN ('power', 'group', 'authority_add', 'authority_extend', 'authority_end'), false);
END $$;

CREATE OR REPLACE FUNCTION line.proposal_json(ctx line.context, r line.proposal) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('proposal', r.number, 'kind', r.kind, 'about', r.about, 'unit', r.unit, 'regimes',
  r.regimes, 'terms', r.terms,
  'widens', CASE r.kind WHEN 'programme' THEN line.proposal_owes(r) ELSE line.proposal_widens(r.kind)
    END, 'state', line.proposal_state(r), 'author', line.accounts_name(r.author),
  'author_title', line.accounts_title(r.author), 'author_unit', r.author_unit, 'reason', r.reason, 'proposed',
    line.stamp(r.proposed),
  'effective', line.stamp(r.effective), 'decided_by', line.accounts_name(r.decided_by), 'decided_title',
    line.accounts_title(r.decided_by),
  'decided', line.stamp(r.decided), 'decision', r.decision, 'began', line.stamp(r.began), 'ended', line.stamp(r.ended),
  'revision', line.revision(to_jsonb(r)), 'may', to_jsonb(line.proposal_may(ctx, r)));

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_proposals(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE wanted text := line.text(p, 'state', 20); sort text := line.text(p, 'kind', 30);
mine boolean := line.bool(p, 'waits_for_me', false);
BEGIN
  RETURN jsonb_build_object('proposals', (SELECT COALESCE(jsonb_agg(line.proposal_json(ctx, r)
    ORDER BY r.proposed DESC, r.number), '[]')
    FROM line.proposal r WHERE line.proposal_told(ctx, r) AND (wanted IS NULL OR line.proposal_state(r) = wanted)
      AND (sort IS NULL OR r.kind = sort) AND (NOT mine OR 'accept' = ANY (line.proposal_may(ctx, r)))));
END $$;

CREATE OR REPLACE FUNCTION line.proposal_find(ctx line.context, p jsonb) RETURNS line.proposal
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r line.proposal; wanted text := upper(line.need(p, 'proposal', 40));
BEGIN
  SELECT * INTO r FROM line.proposal x WHERE x.number = wanted FOR UPDATE;
  IF r.id IS NULL OR NOT line.proposal_told(ctx, r) THEN PERFORM line.missing(ctx); END IF;
  RETURN r;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_proposal_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_jsonb(line.proposal_find(ctx, p)) $$;

-- callers: reader
CREATE OR REPLACE FUNCTION line.accounts_proposal(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN RETURN line.proposal_json(ctx, line.proposal_find(ctx, p)); END $$;

-- ---------------------------------------------------------------------------------- propose, decide, withdraw, begin

-- Checked already by whoever calls; what waits for the same thing is not asked for twice.
CREATE OR REPLACE FUNCTION line.propose(ctx line.context, sort text, of text, whom uuid, in_unit text, seen_by text[],
  given jsonb, why text) RETURNS line.proposal
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r line.proposal; n text;
BEGIN
  UPDATE line.proposal x SET state = 'lapsed', ended = ctx.at WHERE x.kind = sort AND x.about = of
    AND x.state = 'proposed' AND line.proposal_state(x) = 'lapsed';
  LOOP
    n := line.number_drawn('PR', 6);
    EXIT WHEN NOT EXISTS (SELECT FROM line.proposal x WHERE x.number = n);
  END LOOP;
  INSERT INTO line.proposal (number, kind, about, subject, unit, regimes, terms, author, author_unit, reason)
    VALUES (n, sort, of, whom, in_unit, seen_by, jsonb_strip_nulls(given), ctx.account, ctx.unit, COALESCE(why, ''))
    ON CONFLICT (kind, about) WHERE state IN ('proposed', 'notice') DO NOTHING RETURNING * INTO r;
  IF r.id IS NULL THEN
    PERFORM line.conflict(ctx, 'waits', 'The same is proposed already.',
      'See proposal list; withdraw that one, or let it be decided.'); END IF;
  PERFORM line.event(ctx, 'proposal', r.id, NULL, 'proposed', NULL, jsonb_build_object('proposal', n,
    'kind', sort, 'about', of));
  PERFORM line.tell(ctx, line.proposal_deciders(r), 'proposal', format('%s waits for a decision: %s %s', n,
    replace(sort, '_', ' '), of));
  RETURN r;
END $$;

-- Who hears that it waits: a power is told to its unit and to overseers besides.
CREATE OR REPLACE FUNCTION line.proposal_deciders(r line.proposal) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN r.kind IN ('power', 'group') THEN ARRAY(SELECT line.holders('overseer', NULL) UNION
  SELECT line.holders('supervisor', r.unit))
  ELSE ARRAY(SELECT line.holders('approver', NULL)) END;

CREATE OR REPLACE FUNCTION line.proposal_step(ctx line.context, r line.proposal, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text;
BEGIN
  SELECT t.becomes INTO after FROM line.proposal_transition t WHERE t.state = line.proposal_state(r)
    AND t.act = proposal_step.act;
  IF after IS NULL THEN PERFORM line.conflict(ctx, 'state', format('The proposal is %s.',
    replace(line.proposal_state(r), '_', ' ')),
    'What was decided stays; propose it again.'); END IF;
  RETURN after;
END $$;

CREATE OR REPLACE FUNCTION line.proposal_deciding(ctx line.context, r line.proposal, p jsonb) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE why text := line.need(p, 'reason', 2000);
BEGIN
  IF ctx.account = r.author THEN PERFORM line.refuse(ctx, 'four_eyes', 'Who proposed this doesn''t decide it.',
    'Withdraw it instead, or let another person decide.'); END IF;
  IF ctx.account = r.subject THEN PERFORM line.refuse(ctx, 'self', 'Nobody accepts a power of their own.',
    'Another person has to decide.'); END IF;
  IF NOT line.proposal_desk(ctx, r) THEN
    PERFORM line.refuse(ctx, 'capacity', 'This desk doesn''t decide such a proposal.', CASE
    WHEN r.kind IN ('power', 'group') THEN 'A supervisor of the unit or an overseer does.'
      ELSE 'An approver does.' END); END IF;
  IF length(why) < 20 THEN
    PERFORM line.bad('reason', 'has fewer than 20 characters', 'Say why, in a sentence.'); END IF;
  PERFORM line.decider(ctx, ARRAY[r.author, r.subject], true);
  RETURN why;
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_proposal_accept(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r line.proposal := line.proposal_find(ctx, p); after text; why text; owed boolean := line.proposal_owes(r);
BEGIN
  after := line.proposal_step(ctx, r, CASE WHEN owed THEN 'accept_with_notice' ELSE 'accept' END);
  why := line.proposal_deciding(ctx, r, p);
  UPDATE line.proposal x SET state = after, decided_by = ctx.account, decided = ctx.at, decision = why,
    effective = CASE WHEN owed
      THEN clock_timestamp() + make_interval(days => GREATEST(line.rule_int('notice.weakening_days'),
      CASE r.kind WHEN 'programme' THEN 7 ELSE 0 END)) ELSE ctx.at END
    WHERE x.id = r.id RETURNING * INTO r;
  IF NOT owed THEN
    BEGIN
      PERFORM line.proposal_begin(ctx, r);
    EXCEPTION WHEN unique_violation THEN
      PERFORM line.conflict(ctx, 'exists', 'That is there already.', 'Refuse the proposal.');
    WHEN integrity_constraint_violation OR raise_exception THEN
      PERFORM line.conflict(ctx, 'overtaken', format('It can''t begin any more: %s.', SQLERRM),
        'Refuse it, and let it be proposed as things stand.');
    END;
    SELECT * INTO r FROM line.proposal x WHERE x.id = r.id;
  END IF;
  PERFORM line.event(ctx, 'proposal', r.id, NULL, 'accepted', NULL, jsonb_build_object('proposal',
    r.number, 'reason', why));
  PERFORM line.tell(ctx, ARRAY[r.author], 'proposal', format('%s was accepted%s', r.number, CASE WHEN owed
    THEN format(' and begins on %s',
    to_char(r.effective AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')) ELSE '' END));
  IF owed THEN PERFORM line.tell(ctx, ARRAY(SELECT line.holders('overseer', NULL) UNION
    SELECT line.holders('steward', r.unit) UNION SELECT line.holders('supervisor', r.unit)),
    'proposal', format(CASE r.kind WHEN 'programme' THEN '%s weakens a guard from %s on: %s %s'
      ELSE '%s widens what may be seen from %s on: %s %s'
      END, r.number, to_char(r.effective AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
      replace(r.kind, '_', ' '), r.about)); END IF;
  IF owed AND r.kind = 'programme' THEN PERFORM line.programme_announced(ctx, r); END IF;
  RETURN line.proposal_json(ctx, r) || jsonb_build_object('_count', jsonb_build_object('proposal',
    r.number, 'kind', r.kind));
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_proposal_refuse(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r line.proposal := line.proposal_find(ctx, p); after text := line.proposal_step(ctx, r, 'refuse');
why text := line.proposal_deciding(ctx, r, p);
BEGIN
  UPDATE line.proposal x SET state = after, decided_by = ctx.account, decided = ctx.at, decision = why, ended = ctx.at
    WHERE x.id = r.id RETURNING * INTO r;
  PERFORM line.event(ctx, 'proposal', r.id, NULL, 'refused', NULL, jsonb_build_object('proposal',
    r.number, 'reason', why));
  PERFORM line.tell(ctx, ARRAY[r.author], 'proposal', format('%s was refused', r.number));
  RETURN line.proposal_json(ctx, r);
END $$;

-- callers: writer
CREATE OR REPLACE FUNCTION line.accounts_proposal_withdraw(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r line.proposal := line.proposal_find(ctx, p); after text := line.proposal_step(ctx, r, 'withdraw');
why text := line.need(p, 'reason', 2000);
BEGIN
  IF NOT 'withdraw' = ANY (line.proposal_may(ctx, r)) THEN
    PERFORM line.refuse(ctx, 'side',
      'Its author withdraws a proposal, or whoever may decide it while it waits for its day.',
      'Refuse it instead.'); END IF;
  UPDATE line.proposal x SET state = after, ended = ctx.at, decision = CASE WHEN x.decision = '' THEN why
    ELSE x.decision || ' Withdrawn: ' || why END
    WHERE x.id = r.id RETURNING * INTO r;
  PERFORM line.event(ctx, 'proposal', r.id, NULL, 'withdrew', NULL, jsonb_build_object('proposal',
    r.number, 'reason', why));
  PERFORM line.tell(ctx, ARRAY[r.author, r.decided_by], 'proposal', format('%s was withdrawn', r.number));
  RETURN line.proposal_json(ctx, r);
END $$;

-- What it says holds from now on.
CREATE OR REPLACE FUNCTION line.proposal_begin(ctx line.context, r line.proposal) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  CASE r.kind
    WHEN 'authority_add' THEN PERFORM line.register_authority(r);
    WHEN 'authority_extend' THEN PERFORM line.register_authority_until(r);
    WHEN 'authority_end' THEN PERFORM line.register_authority_end(ctx, r);
    WHEN 'source_add' THEN PERFORM line.register_source(r);
    WHEN 'source_renew' THEN PERFORM line.register_terms(r.about, r.terms);
    WHEN 'agreement_extend' THEN PERFORM line.register_agreement_until(r);
    WHEN 'agreement_end' THEN PERFORM line.register_agreement_end(ctx, r);
    WHEN 'power' THEN PERFORM line.register_power(ctx, r);
    WHEN 'group' THEN PERFORM line.register_group(r);
    WHEN 'programme' THEN PERFORM line.register_programme(r);
  END CASE;
  IF r.kind NOT IN ('power', 'group', 'programme') THEN PERFORM line.move_epoch(); END IF;
  UPDATE line.proposal x SET state = 'in_force', began = clock_timestamp() WHERE x.id = r.id;
END $$;

-- Those whose notice is over, at the next act of anybody (policy/sql/definer/20_versions.sql, policy_settle). What
-- can't begin any more lapses and says why: it mustn't hold up everybody else's acts.
CREATE OR REPLACE FUNCTION line.proposals_settle() RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE r line.proposal; ctx line.context; n integer := 0; fault text;
BEGIN
  FOR r IN SELECT * FROM line.proposal x WHERE x.state = 'notice' AND x.effective <= clock_timestamp()
    ORDER BY x.effective, x.number FOR UPDATE LOOP
    fault := NULL;
    BEGIN
      PERFORM line.proposal_begin(ctx, r);
    EXCEPTION WHEN others THEN fault := SQLERRM;
      UPDATE line.proposal x SET state = 'lapsed', ended = clock_timestamp(), decision = x.decision ||
        ' It could not begin: ' || fault || '.' WHERE x.id = r.id;
    END;
    ctx.act := 'change'; ctx.name := 'proposals_settle'; ctx.params := jsonb_build_object('proposal', r.number, 'kind',
      r.kind, 'about', r.about, 'terms', r.terms, 'fault', fault);
    PERFORM line.emit(gen_random_uuid(), line.head(ctx, CASE WHEN fault IS NULL THEN 'ok' ELSE 'refused'
      END, jsonb_build_object('proposal', r.number, 'kind', r.kind)),
      line.body(ctx, '{}'), true, false);
    PERFORM line.tell(ctx, ARRAY[r.author, r.decided_by] || ARRAY(SELECT line.holders('overseer', NULL)), 'proposal',
      format('%s %s', r.number, CASE WHEN fault IS NULL THEN 'holds from now on'
        ELSE 'could not begin and has lapsed' END));
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;
