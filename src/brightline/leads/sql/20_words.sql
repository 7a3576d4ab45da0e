-- Words that the room's functions share. All run as their caller (reader or writer), under row-level security.
-- callers: reader, writer
-- owner: owner

-- The lead that a call means, by number, else the purpose's own. Another unit's number and no number at all are one.
CREATE OR REPLACE FUNCTION leads.find(ctx line.context, p jsonb) RETURNS leads.lead
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE f leads.lead; wanted text := upper(COALESCE(line.text(p, 'lead', 100), CASE WHEN ctx.kind = 'lead'
  THEN ctx.purpose_key END, ''));
BEGIN
  IF wanted = '' THEN PERFORM line.bad('lead', 'is missing', 'Name the lead.'); END IF;
  SELECT * INTO f FROM leads.lead x WHERE x.number = wanted;
  IF f.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  PERFORM line.under(ctx, f.authority);
  RETURN f;
END $$;

-- How often a lead was changed; a search that was opened for it changes nothing that others have read.
CREATE OR REPLACE FUNCTION leads.revision(of_lead uuid) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT count(*)::integer FROM leads.event e WHERE e.lead = of_lead AND e.what <> 'opened a search');

-- What somebody reads before deciding: the row, and how often the lead was worked on; checks and claims are rows of
-- their own.
CREATE OR REPLACE FUNCTION leads.lead_doc(f leads.lead) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN to_jsonb(f) - 'updated' - 'row_digest' || jsonb_build_object('history', leads.revision(f.id));

-- For a change the row is held, so that of two decisions at once the second sees the first.
CREATE OR REPLACE FUNCTION leads.keep(ctx line.context, p jsonb) RETURNS leads.lead
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE f leads.lead := leads.find(ctx, p);
BEGIN
  SELECT * INTO f FROM leads.lead x WHERE x.id = f.id FOR UPDATE;
  RETURN f;
END $$;

CREATE OR REPLACE FUNCTION leads.lead_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN leads.lead_doc(leads.keep(ctx, p));
END $$;

CREATE OR REPLACE FUNCTION leads.referral_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE r leads.referral;
BEGIN
  SELECT * INTO r FROM leads.referral x WHERE x.number = upper(line.need(p, 'referral', 100)) FOR UPDATE;
  RETURN CASE WHEN ctx.unit IN (r.to_unit, r.from_unit) THEN to_jsonb(r) END;
END $$;

-- A programme as its last version stands, that which waits for its day included. A version is a row of its own, so the
-- name is held.
CREATE OR REPLACE FUNCTION leads.programme_doc(called text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT to_jsonb(g) FROM leads.programme g WHERE g.name = called ORDER BY g.version DESC LIMIT 1);

CREATE OR REPLACE FUNCTION leads.programme_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE called text := lower(COALESCE(p #>> '{config,programme}', ''));
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('programme ' || called, 0));
  RETURN leads.programme_doc(called);
END $$;

CREATE OR REPLACE FUNCTION leads.step(ctx line.context, f leads.lead, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text; ways text;
BEGIN
  SELECT t.becomes INTO after FROM leads.transition t WHERE t.state = f.state AND t.act = step.act;
  IF after IS NULL THEN
    SELECT string_agg(t.act, ', ' ORDER BY t.act) INTO ways FROM leads.transition t WHERE t.state = f.state;
    PERFORM line.conflict(ctx, 'state', format('A lead that is %s can''t be changed by %s.', f.state, act),
      format('Possible now: %s.', COALESCE(ways, 'nothing')));
  END IF;
  RETURN after;
END $$;

CREATE OR REPLACE FUNCTION leads.note(ctx line.context, f leads.lead, what text, details jsonb) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO leads.event (lead, account, account_name, what, details, entry)
  VALUES (f.id, ctx.account, ctx.account_name, what, COALESCE(details, '{}'), ctx.entry)
$$;

-- Whoever first works on a received lead takes it.
CREATE OR REPLACE FUNCTION leads.taken(ctx line.context, f leads.lead) RETURNS leads.lead
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF f.state = 'received' THEN
    UPDATE leads.lead x SET state = leads.step(ctx, f, 'take'), vetter = ctx.account, updated = ctx.at
      WHERE x.id = f.id RETURNING * INTO f;
    PERFORM leads.note(ctx, f, 'took the lead', NULL);
  END IF;
  RETURN f;
END $$;

-- A reason, finding or predicate about this lead: in words of one's own, and not what another person, or the same one
-- of something else, said of it before. `about`: the check that is entered again, whose words may be put right.
DROP FUNCTION IF EXISTS leads.sentence(line.context, jsonb, text, integer);
CREATE OR REPLACE FUNCTION leads.said(ctx line.context, f leads.lead, p jsonb, k text,
  about text DEFAULT '') RETURNS text
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp
RETURN line.said(p, k, ARRAY(
  SELECT e.finding FROM leads.check_entry e WHERE e.lead = f.id AND (e.account <> ctx.account OR e.name <> about)
  UNION ALL SELECT w.words FROM (VALUES (f.viable_by, f.viable_reason), (f.viable_by, f.match_reason),
    (f.checked_by, f.checked_reason)) w(who, words)
    WHERE w.who <> ctx.account
  UNION ALL SELECT f.twin_reason WHERE f.twin_by <> ctx.account
  UNION ALL SELECT h.first_reason FROM leads.hold h WHERE h.lead = f.id AND h.first_by <> ctx.account
  UNION ALL SELECT p ->> 'reason' WHERE k = 'match_reason'));

CREATE OR REPLACE FUNCTION leads.config(f leads.lead) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT g.config FROM leads.programme g WHERE g.name = f.programme AND g.version = f.version);

-- The latest consultation of each name.
CREATE OR REPLACE FUNCTION leads.latest(of_lead uuid) RETURNS SETOF leads.check_entry
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT ON (k.name) k.* FROM leads.check_entry k WHERE k.lead = of_lead ORDER BY k.name, k.at DESC, k.id
$$;

-- Rules 29 and 41: two independent identifiers, or one and a person's reasoned decision. A name and a birth date count
-- nothing, being shared by thousands; two that rest on one record, one paper or one register's word count once.
CREATE OR REPLACE FUNCTION leads.is_match(f leads.lead, why text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE strong jsonb := (SELECT
  COALESCE(jsonb_agg(jsonb_build_object('i', m, 'proof', k.proof, 'origin', k.origin)), '[]')
  FROM leads.latest(f.id) k, unnest(k.matched) m
  -- What agreed with a value that the source has since taken back agrees with nothing.
  WHERE k.result = 'confirmed' AND NOT k.household AND k.proof <> '' AND NOT m = ANY (ARRAY['name', 'birthDate'])
    AND NOT EXISTS (SELECT FROM leads.change c WHERE c.lead = f.id AND c.state = 'taken' AND c.decided > k.at
      AND m = ANY (c.fields)));
BEGIN
  RETURN (SELECT count(DISTINCT s ->> 'i') FROM jsonb_array_elements(strong) s) >=
    (leads.config(f) ->> 'identifiers_needed')::integer
      AND EXISTS (SELECT FROM jsonb_array_elements(strong) a, jsonb_array_elements(strong) b
        WHERE a ->> 'i' <> b ->> 'i' AND a ->> 'proof' <> b ->> 'proof' AND a ->> 'origin' <> b ->> 'origin')
    OR (strong <> '[]' AND line.leads_reasoned(why));
END $$;
DROP FUNCTION IF EXISTS leads.matched(uuid);

-- What stands before the decision that this lead is viable: [{code, text, name?}].
CREATE OR REPLACE FUNCTION leads.gaps(f leads.lead, why text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(g.gap ORDER BY g.place), '[]') FROM (
  SELECT 1 AS place, jsonb_build_object('code', 'check', 'name', c ->> 'name', 'text', (c ->> 'title')
    || ': not done') AS gap
    FROM jsonb_array_elements(leads.config(f) -> 'checks') c LEFT JOIN leads.latest(f.id) k ON k.name = c ->> 'name'
    WHERE (c ->> 'required')::boolean AND COALESCE(k.result, 'inconclusive') = 'inconclusive'
  UNION ALL SELECT 2, jsonb_build_object('code', 'trait', 'text', 'A protected trait was used as a basis')
    FROM leads.latest(f.id) k WHERE k.name = 'no-protected-trait' AND k.result NOT IN ('confirmed', 'inconclusive')
  UNION ALL SELECT 3, jsonb_build_object('code', CASE h.state WHEN 'open' THEN 'hold' ELSE 'status' END, 'text',
      CASE h.state WHEN 'open' THEN 'A claim of citizenship or status isn''t cleared'
        ELSE 'Citizenship or lawful status was confirmed' END)
    FROM (SELECT line.leads_held(f.id) AS state) h WHERE h.state IS NOT NULL
  UNION ALL SELECT 3, jsonb_build_object('code', 'ended', 'name', e.name, 'text',
      format('%s: %s, which ends the lead%s', e.title, e.result, CASE WHEN e.code <> 'refuted'
        THEN ' as ' || e.code ELSE '' END))
    FROM line.leads_endings(f.id) e
  UNION ALL SELECT 3, jsonb_build_object('code', 'changed', 'text',
    'The source sends it otherwise now, and nobody has looked at that')
    WHERE line.leads_unseen(f.id)
  UNION ALL SELECT 4, jsonb_build_object('code', 'identity', 'text',
    'No two independent identifiers match; a name and a birth date never do')
    WHERE NOT leads.is_match(f, why)) g);

-- A list's row. Never a rank or a score: the day by which an answer is promised, and how much is done.
CREATE OR REPLACE FUNCTION leads.head(f leads.lead) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('lead', f.number, 'id', f.id, 'title', f.title, 'programme',
  f.programme, 'version', f.version,
    'programme_title', g.config ->> 'title', 'unit', f.unit, 'unit_title',
      line.accounts_unit_title(f.unit), 'regime', f.regime,
    'authority', f.authority, 'source', f.source, 'priority', f.priority, 'state', f.state, 'received',
      line.stamp(f.received),
    'due', line.stamp(f.due), 'keep_until', f.keep_until, 'vetter', line.accounts_name(f.vetter), 'vetter_title',
      line.accounts_title(f.vetter),
    'viable_by', line.accounts_name(f.viable_by), 'checked_by', line.accounts_name(f.checked_by), 'code',
      f.code, 'outcome', f.outcome,
    'checks_required', (SELECT count(*) FROM jsonb_array_elements(g.config -> 'checks') c
      WHERE (c ->> 'required')::boolean),
    'checks_done', (SELECT count(*) FROM jsonb_array_elements(g.config -> 'checks') c JOIN leads.latest(f.id) k
      ON k.name = c ->> 'name'
      WHERE (c ->> 'required')::boolean AND k.result <> 'inconclusive'),
    'held', line.leads_held(f.id) IS NOT NULL,
    'same_subject', (SELECT count(*) FROM leads.lead o WHERE o.subject = f.subject AND o.id <> f.id),
    'duplicate_of', (SELECT o.number FROM leads.lead o WHERE o.id = f.duplicate_of), 'changed', line.leads_unseen(f.id),
    'says_status', (SELECT line.leads_says_status(c.schema, c.narrative) FROM leads.content c WHERE c.lead = f.id),
    'twin_of', (SELECT o.number FROM leads.lead o WHERE o.id = f.twin_of), 'twin_by', line.accounts_name(f.twin_by),
      'updated', line.stamp(f.updated))
  FROM leads.programme g WHERE g.name = f.programme AND g.version = f.version);

CREATE OR REPLACE FUNCTION leads.referral_head(r leads.referral) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('referral', r.number, 'from', r.from_unit, 'from_title',
  line.accounts_unit_title(r.from_unit), 'to', r.to_unit,
  'to_title', line.accounts_unit_title(r.to_unit), 'state', r.state, 'due', r.due, 'sent', line.stamp(r.sent),
    'crossed', r.crossing IS NOT NULL,
  'acknowledged', line.stamp(r.acknowledged), 'answered', line.stamp(r.answered), 'answer',
    r.answer, 'outcome', r.outcome,
  'outcome_text', r.outcome_text, 'outcomes', line.leads_outcomes(r.id), 'finished', line.stamp(r.finished), 'held',
    line.leads_held(r.lead) IS NOT NULL,
  'revision', line.revision(to_jsonb(r)));

-- What the caller could do now. Under a lead's own purpose one cites records; what is decided, a desk decides.
CREATE OR REPLACE FUNCTION leads.may(ctx line.context, f leads.lead) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE vetter boolean := line.accounts_holds(ctx.account, f.unit, 'vetter'); acts text[] := '{}'; held leads.hold;
BEGIN
  IF ctx.kind = 'oversight' THEN RETURN '[]'; END IF;
  IF vetter AND f.state IN ('received', 'vetting') THEN acts := acts || ARRAY['check']; END IF;
  IF ctx.kind = 'lead' THEN RETURN to_jsonb(acts); END IF;
  SELECT * INTO held FROM leads.hold h WHERE h.lead = f.id AND h.state = 'open';
  IF vetter AND f.state IN ('received', 'vetting') THEN acts := acts || ARRAY['promote']; END IF;
  IF vetter AND f.state IN ('vetting', 'viable', 'checked', 'crossing', 'declined', 'received')
    THEN acts := acts || ARRAY['search']; END IF;
  IF f.state IN ('received', 'vetting') THEN acts := acts || ARRAY['close']; END IF;
  IF vetter AND f.state = 'vetting' THEN acts := acts || ARRAY['viable']; END IF;
  IF f.state = 'viable' AND ctx.account <> f.viable_by THEN acts := acts || ARRAY['confirm', 'return']; END IF;
  IF f.state IN ('checked', 'declined') THEN acts := acts || ARRAY['refer', 'close']; END IF;
  IF f.state IN ('referred', 'accepted', 'finished') THEN acts := acts || ARRAY['correct']; END IF;
  IF held.id IS NULL AND f.state NOT IN ('closed', 'finished') THEN acts := acts || ARRAY['hold']; END IF;
  IF line.leads_unseen(f.id) THEN acts := acts || CASE WHEN f.state IN ('received', 'vetting', 'viable')
    OR f.state = 'closed' AND f.code <> 'wrong_person'
    THEN ARRAY['take', 'leave'] ELSE ARRAY['leave'] END; END IF;
  IF held.id IS NOT NULL AND held.opened_by <> ctx.account AND held.first_by IS DISTINCT FROM ctx.account
    THEN acts := acts || ARRAY['clear']; END IF;
  RETURN to_jsonb(acts);
END $$;

-- An associate in a list: initials and relation, unless the whole is asked for.
CREATE OR REPLACE FUNCTION leads.initials(name text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT string_agg(upper(left(w, 1)) || '.', ' ' ORDER BY i) FROM unnest(string_to_array(btrim(name), ' ')) WITH
  ORDINALITY x(w, i) WHERE w <> '');

DROP FUNCTION IF EXISTS leads.known_subject(jsonb);

-- The version that is in force now; a weaker one waits until overseers have had time.
CREATE OR REPLACE FUNCTION leads.version_now(called text) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT max(g.version) FROM leads.programme g WHERE g.name = called AND g.effective <= clock_timestamp());

-- Which guards the new version weakens (rule 47): every change of one, unless it is known as stricter. Stricter is: an
-- identifier or a required check more, an earlier promise, a shorter time, a recipient less, a claim of status that has
-- a column at last.
CREATE OR REPLACE FUNCTION leads.weakenings(old jsonb, new jsonb) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN ARRAY(SELECT w.words FROM (
  SELECT 1 AS place, 'check ' || (c ->> 'name') || CASE WHEN (c ->> 'required')::boolean THEN ' no longer required'
    ELSE ' is gone' END AS words FROM jsonb_array_elements(old -> 'checks') c
    WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(new -> 'checks') n WHERE n ->> 'name' = c ->> 'name'
      AND ((n ->> 'required')::boolean OR NOT (c ->> 'required')::boolean))
  UNION ALL SELECT 2, 'fewer identifiers needed' WHERE (new ->> 'identifiers_needed')::integer <
    (old ->> 'identifiers_needed')::integer
  UNION ALL SELECT 3, k || ' longer' FROM unnest(ARRAY['keep_days', 'closed_keep_days']) k
    WHERE (new ->> k)::integer > (old ->> k)::integer
  UNION ALL SELECT 3, format('leads that nobody touches stay %s days instead of %s', x.after, x.before)
    FROM (SELECT COALESCE((old ->> 'stale_days')::integer, (old ->> 'keep_days')::integer) AS before,
      COALESCE((new ->> 'stale_days')::integer, (new ->> 'keep_days')::integer) AS after) x
    WHERE x.after > x.before AND (old ->> 'stale_days') IS DISTINCT FROM (new ->> 'stale_days')
  UNION ALL SELECT 4, k || ' also ' || u FROM unnest(ARRAY['refer_to', 'cross_to']) k,
    jsonb_array_elements_text(new -> k) u
    WHERE NOT jsonb_exists(old -> k, u)
  UNION ALL SELECT 5, format('check %s ends no lead any more when %s', c ->> 'name', r)
    FROM jsonb_array_elements(old -> 'checks') c
    JOIN jsonb_array_elements(new -> 'checks') n
      ON n ->> 'name' = c ->> 'name', unnest(ARRAY['confirmed', 'refuted', 'nothing']) r
    WHERE line.leads_ends(old, c, r) IS NOT NULL AND line.leads_ends(new, n, r) IS NULL
  UNION ALL SELECT 6, format('check %s ends a lead as %s instead of %s when %s', c ->> 'name',
    line.leads_ends(new, n, r), line.leads_ends(old, c, r), r) FROM jsonb_array_elements(old -> 'checks') c
    JOIN jsonb_array_elements(new -> 'checks') n
      ON n ->> 'name' = c ->> 'name', unnest(ARRAY['confirmed', 'refuted', 'nothing']) r
    WHERE line.leads_ends(old, c, r) <> line.leads_ends(new, n, r)
  UNION ALL SELECT 7, format('check %s: another %s', c ->> 'name', k) FROM jsonb_array_elements(old -> 'checks') c
    JOIN jsonb_array_elements(new -> 'checks') n ON n ->> 'name' = c ->> 'name', unnest(ARRAY['title', 'system']) k
      WHERE n -> k IS DISTINCT FROM c -> k
  UNION ALL SELECT 8, format('%s %s instead of %s', k, new ->> k, old ->> k)
    FROM unnest(ARRAY['authority', 'source', 'schema']) k WHERE new -> k IS DISTINCT FROM old -> k
  UNION ALL SELECT 9, 'closings without ' || u FROM jsonb_array_elements_text(old -> 'close_codes') u
    WHERE NOT jsonb_exists(new -> 'close_codes', u)
  UNION ALL SELECT 9, 'closings also ' || u FROM jsonb_array_elements_text(new -> 'close_codes') u
    WHERE NOT jsonb_exists(old -> 'close_codes', u)
  UNION ALL SELECT 10, format('identifier %s from another column', COALESCE(a.key, b.key))
    FROM jsonb_each(COALESCE(old #> '{intake,identifiers}', '{}')) a
    FULL JOIN jsonb_each(COALESCE(new #> '{intake,identifiers}', '{}')) b ON b.key = a.key
      WHERE a.value IS DISTINCT FROM b.value
  UNION ALL SELECT 11, format('column %s is another', COALESCE(a.key, b.key))
    FROM jsonb_each(jsonb_strip_nulls(COALESCE(old -> 'intake', '{}') - 'identifiers')) a
    FULL JOIN jsonb_each(jsonb_strip_nulls(COALESCE(new -> 'intake', '{}') - 'identifiers')) b ON b.key = a.key
      WHERE a.value IS DISTINCT FROM b.value
      AND NOT (b.key = 'claim' AND a.value IS NULL)
  UNION ALL SELECT 12, format('priority %s later', a ->> 'name') FROM jsonb_array_elements(old -> 'priorities') a
    WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(new -> 'priorities') b WHERE b ->> 'name' = a ->> 'name'
      AND (b ->> 'hours')::integer <= (a ->> 'hours')::integer)
  -- Rows that name no priority get the last one; one that promises less than any before is a way to leave people
  -- waiting.
  UNION ALL SELECT 12, 'rows without a priority later' WHERE (new #>> '{priorities,-1,hours}')::integer >
    (old #>> '{priorities,-1,hours}')::integer
  UNION ALL SELECT 12, format('priority %s is slower than any before', b ->> 'name')
    FROM jsonb_array_elements(new -> 'priorities') b
    WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(old -> 'priorities') a WHERE a ->> 'name' = b ->> 'name')
      AND (b ->> 'hours')::integer > (SELECT max((a ->> 'hours')::integer)
        FROM jsonb_array_elements(old -> 'priorities') a)
  -- A part that a later version of this program brings is a guard until it is known to be none.
  UNION ALL SELECT 13, k || ' is another'
    FROM (SELECT jsonb_object_keys(jsonb_strip_nulls(old) || jsonb_strip_nulls(new)) AS k) x
    WHERE NOT k = ANY (ARRAY['programme', 'title', 'description', 'unit', 'authority', 'source', 'schema',
      'identifiers_needed', 'checks', 'priorities', 'close_codes', 'refer_to', 'cross_to',
      'keep_days', 'closed_keep_days', 'stale_days', 'intake']) AND old -> k IS DISTINCT FROM new -> k) w
        ORDER BY w.place, w.words);

-- A lead about somebody who was an associate: of no file, on a stated predicate.
CREATE OR REPLACE FUNCTION leads.begun(ctx line.context, g leads.programme, given jsonb,
  of_intake uuid) RETURNS leads.lead
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE f leads.lead; put jsonb := line.leads_put(ctx, g, of_intake, jsonb_build_array(given));
BEGIN
  SELECT * INTO f FROM leads.lead x WHERE x.number = put -> 'numbers' ->> 0;
  RETURN f;
END $$;

-- What the source sends otherwise now and nobody has looked at.
CREATE OR REPLACE FUNCTION leads.open_change(of_lead uuid) RETURNS leads.change
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$ SELECT k.* FROM leads.change k WHERE k.lead = of_lead
  AND k.state = 'open' $$;

-- Refuses with the first thing that stands before a decision.
CREATE OR REPLACE FUNCTION leads.ready(ctx line.context, f leads.lead, why text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE g jsonb := leads.gaps(f, why);
BEGIN
  -- Before anything is decided about somebody protected, legal is asked (rule 27).
  PERFORM line.restrictions_stop(ctx, (SELECT COALESCE(jsonb_agg(jsonb_build_object('type', i.type, 'value', i.value)),
    '[]') FROM leads.identifier i WHERE i.lead = f.id)
    || (SELECT COALESCE(jsonb_agg(jsonb_build_object('type', 'person', 'value', (c.properties #>> '{name,0}') || '|' ||
      (c.properties #>> '{birthDate,0}'))), '[]')
      FROM leads.content c WHERE c.lead = f.id));
  IF g <> '[]' THEN
    PERFORM line.refuse(ctx, g -> 0 ->> 'code', (SELECT string_agg(x ->> 'text', '; ')
      FROM jsonb_array_elements(g) x) || '.',
      CASE g -> 0 ->> 'code' WHEN 'hold' THEN 'Two people have to clear the claim.' WHEN 'status'
        THEN 'Close the lead as in_status.'
        WHEN 'ended' THEN 'Close it with the code that fits, or have another person look again.'
        WHEN 'changed' THEN 'Take the change, or leave it with a reason.'
        WHEN 'identity' THEN 'Match another identifier in another system, or say in 40 characters why one is enough.'
          ELSE 'Do it first.' END);
  END IF;
END $$;

-- What a code says of the person has to be shown by the check that finds it, where the programme has one, or by a claim
-- that held.
CREATE OR REPLACE FUNCTION leads.shown(ctx line.context, f leads.lead, wanted text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE named text := (SELECT string_agg(DISTINCT c ->> 'title', ', ')
  FROM jsonb_array_elements(leads.config(f) -> 'checks') c,
  unnest(ARRAY['confirmed', 'refuted', 'nothing']) r WHERE line.leads_ends(leads.config(f), c, r) = wanted);
BEGIN
  IF wanted = ANY (ARRAY['departed', 'in_status', 'pending_benefit']) AND named IS NOT NULL
    AND NOT EXISTS (SELECT FROM line.leads_endings(f.id) e WHERE e.code = wanted)
     AND (wanted <> 'in_status' OR line.leads_held(f.id) IS DISTINCT FROM 'upheld') THEN
    PERFORM line.refuse(ctx, 'unshown', format('No check of this lead shows that it ends as %s.',
      replace(wanted, '_', ' ')),
      format('Enter what was found: %s. Or close it as insufficient.', named)); END IF;
END $$;

-- Ends a lead with a code: its purposes close and its associates are gone; after a referral only as the wrong person.
CREATE OR REPLACE FUNCTION leads.shut(ctx line.context, f leads.lead, wanted text, why text,
  of_lead text) RETURNS leads.lead
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE config jsonb := leads.config(f); other uuid;
BEGIN
  IF NOT jsonb_exists(config -> 'close_codes', wanted) THEN
    PERFORM line.bad('code', 'is no code of this programme', format('viable, confirm, return or %s.',
      (SELECT string_agg(c, ', ') FROM jsonb_array_elements_text(config -> 'close_codes') c))); END IF;
  f := leads.taken(ctx, f);
  PERFORM leads.shown(ctx, f, wanted);
  PERFORM leads.step(ctx, f, CASE WHEN f.state IN ('referred', 'accepted', 'finished') AND wanted = 'wrong_person'
    THEN 'correct' ELSE 'close' END);
  IF wanted = 'duplicate' THEN
    SELECT o.id INTO other FROM leads.lead o WHERE o.id <> f.id AND o.duplicate_of IS DISTINCT FROM f.id
      AND (o.number = upper(of_lead) OR (of_lead IS NULL AND o.id = COALESCE(f.twin_of, f.duplicate_of)));
    IF other IS NULL THEN
      PERFORM line.bad('of', 'is no other lead of this unit', 'Name the lead that this one repeats.'); END IF;
    -- Of a lead that states another identifier or birth date, or nothing of its own in common, one person's word isn't
    -- enough.
    IF (line.leads_differ(f.id, other) <> '{}' OR line.leads_share(f.id, other) = '{}')
       AND (f.twin_of IS DISTINCT FROM other OR f.twin_by = ctx.account) THEN
      UPDATE leads.lead x SET twin_of = other, twin_by = ctx.account, twin_reason = why, updated = ctx.at
        WHERE x.id = f.id RETURNING * INTO f;
      RETURN f;
    END IF;
  END IF;
  UPDATE leads.lead x SET state = 'closed', code = wanted, closed = ctx.at, closed_by = ctx.account, close_reason
    = why, updated = ctx.at,
    duplicate_of = COALESCE(other, x.duplicate_of),
    keep_until = LEAST(x.keep_until, (ctx.at AT TIME ZONE 'UTC')::date + (config ->> 'closed_keep_days')::integer)
    WHERE x.id = f.id RETURNING * INTO f;
  IF wanted = 'wrong_person' THEN PERFORM line.leads_wrong_person(ctx, f); END IF;
  PERFORM line.leads_end(ctx, f.id);
  RETURN f;
END $$;
