-- Words of the work on a case that its installed functions share.
-- callers: reader, writer
-- owner: owner

CREATE OR REPLACE FUNCTION cases.held_task(ctx line.context, f cases.case_file, p jsonb) RETURNS cases.task
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE t cases.task; wanted uuid := line.uuid(p, 'task');
BEGIN
  SELECT * INTO t FROM cases.task x WHERE x.id = wanted AND x.case_id = f.id FOR UPDATE;
  IF t.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  IF t.state <> 'open' THEN PERFORM line.conflict(ctx, 'state', format('The task is %s.', t.state),
    'Add a new one.'); END IF;
  RETURN t;
END $$;

-- A task that repeats what a crossing opened says no more when that is over: its words are withheld, and it says by
-- what.
CREATE OR REPLACE FUNCTION cases.told_task(t cases.task) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('id', t.id, 'title', CASE WHEN o.crossing IS NULL THEN t.title
  ELSE format('Withheld: it repeats what %s opened, which is over', o.crossing) END,
  'detail', CASE WHEN o.crossing IS NULL THEN t.detail ELSE '' END, 'assignee', line.accounts_name(t.assignee),
  'assignee_title', line.accounts_title(t.assignee), 'unit', t.unit, 'due', t.due, 'state', t.state,
  'result', CASE WHEN o.crossing IS NULL THEN t.result END, 'crossing', o.crossing,
  'overdue', t.state = 'open' AND t.due < CURRENT_DATE, 'by', line.accounts_name(t.made_by), 'made', line.stamp(t.made),
  'ended_by', line.accounts_name(t.ended_by), 'ended', line.stamp(t.ended), 'revision', line.revision(to_jsonb(t)))
  FROM (SELECT line.cases_carries_over(t.case_id, concat_ws(' . ', t.title, t.detail, t.result),
    COALESCE(t.ended, t.made)) AS crossing) o);

CREATE OR REPLACE FUNCTION cases.task_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN to_jsonb(cases.held_task(ctx, cases.hold(ctx, p), p));
END $$;

-- Whom a task is given to: a member of the case, or a unit of its regime. {account} or {unit}.
CREATE OR REPLACE FUNCTION cases.assigned(ctx line.context, f cases.case_file, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE name text := line.text(p, 'assignee', 63); team text := line.text(p, 'unit', 63); who uuid;
BEGIN
  IF name IS NOT NULL AND team IS NOT NULL THEN
    PERFORM line.bad('unit', 'stands beside an assignee', 'Name a person or a unit.'); END IF;
  IF team IS NOT NULL THEN
    IF team <> f.unit THEN PERFORM line.refuse(ctx, 'assignee', 'A task goes to a member of the case or to its unit.',
      'Another unit is asked by its members joining the case.'); END IF;
    RETURN jsonb_build_object('unit', team);
  END IF;
  who := CASE WHEN name IS NULL THEN ctx.account ELSE line.accounts_id(name) END;
  IF who IS NULL OR line.cases_capacity(who, f.id) IS NULL THEN
    PERFORM line.refuse(ctx, 'assignee', 'A task goes to a member of the case or to its unit.',
      'Add the person to the case first.'); END IF;
  RETURN jsonb_build_object('account', who);
END $$;

-- ------------------------------------------------------------------------------------------ reports

CREATE OR REPLACE FUNCTION cases.held_report(ctx line.context, f cases.case_file, p jsonb) RETURNS cases.report
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE r cases.report; wanted integer := line.int(p, 'report', NULL);
BEGIN
  SELECT * INTO r FROM cases.report x WHERE x.case_id = f.id AND x.number = wanted;
  IF r.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN r;
END $$;

CREATE OR REPLACE FUNCTION cases.report_step(ctx line.context, r cases.report, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text;
BEGIN
  SELECT t.becomes INTO after FROM cases.report_transition t WHERE t.state = r.state AND t.act = report_step.act;
  IF after IS NULL THEN
    PERFORM line.conflict(ctx, 'state', format('Report %s is %s.', r.number, replace(r.state, '_', ' ')),
      CASE r.state WHEN 'approved' THEN 'It is locked; write a further report that corrects it.'
        WHEN 'in_review' THEN 'Another person approves or returns it.' ELSE 'Submit it first.' END);
  END IF;
  RETURN after;
END $$;

-- Another person, a supervisor of the case's unit.
CREATE OR REPLACE FUNCTION cases.reviewing(ctx line.context, f cases.case_file, r cases.report) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF r.author = ctx.account THEN
    PERFORM line.refuse(ctx, 'four_eyes', 'An author never decides about their own report.',
      'Another supervisor of the case reviews it.'); END IF;
  IF NOT line.accounts_holds(ctx.account, f.unit, 'supervisor') THEN
    PERFORM line.refuse(ctx, 'capacity', 'Only a supervisor of the case''s unit reviews reports.',
      'Ask one who belongs to the case.'); END IF;
  PERFORM line.decider(ctx, ARRAY[r.author]);
END $$;

-- What every entry of a case carries beside its grade (28 CFR 23.20(g)): how sensitive, which unit, who answers for it.
CREATE OR REPLACE FUNCTION cases.labels(f cases.case_file) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('sensitivity', CASE WHEN f.restricted THEN 'restricted to the case''s members'
  ELSE 'sensitive: this case alone' END,
  'unit', f.unit, 'control', line.accounts_title(COALESCE(f.supervisor, f.lead)));

-- A report is what its passages say. What its author can't see any more counts no more.
CREATE OR REPLACE FUNCTION cases.report_doc(r cases.report) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT to_jsonb(r) || jsonb_build_object('passages',
    (SELECT COALESCE(jsonb_agg(to_jsonb(s) - 'id' ORDER BY s.place), '[]')
    FROM cases.passage s WHERE s.report = r.id))
$$;

CREATE OR REPLACE FUNCTION cases.told_report(r cases.report) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', 'case-' || replace(r.id::text, '-', ''), 'number', r.number, 'step',
  r.step, 'title', r.title,
  'state', r.state, 'corrects', (SELECT o.number FROM cases.report o WHERE o.id = r.corrects),
  'corrected_by', (SELECT min(o.number) FROM cases.report o WHERE o.corrects = r.id AND o.state = 'approved'),
  'author', line.accounts_name(r.author), 'author_title', line.accounts_title(r.author), 'made', line.stamp(r.made),
  'submitted', line.stamp(r.submitted), 'decided_by', line.accounts_name(r.decided_by),
  'decided_by_title', line.accounts_title(r.decided_by), 'decided', line.stamp(r.decided), 'reason', r.reason,
  'labels', (SELECT cases.labels(f) FROM cases.case_file f WHERE f.id = r.case_id), 'revision',
    line.revision(cases.report_doc(r)));

CREATE OR REPLACE FUNCTION cases.report_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE f cases.case_file := cases.hold(ctx, p);
BEGIN
  IF line.int(p, 'report', NULL) IS NULL THEN RETURN NULL; END IF;
  RETURN cases.report_doc(cases.held_report(ctx, f, p));
END $$;

CREATE OR REPLACE FUNCTION cases.evidence_name(number integer) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN 'EV-' || lpad(number::text, 4, '0');

CREATE OR REPLACE FUNCTION cases.told_passages(r cases.report) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT COALESCE(jsonb_agg(jsonb_build_object('place', s.place, 'kind', s.kind, 'text', s.text, 'basis', s.basis,
    'reliability', s.reliability, 'credibility', s.credibility, 'grade', s.reliability || s.credibility,
    'crossing', line.cases_crossing_name(s.compartment), 'subjects',
      (SELECT COALESCE(jsonb_agg(i.printed ORDER BY i.added, i.id), '[]') FROM cases.item i
      WHERE i.case_id = r.case_id AND i.object = ANY (s.subjects) AND i.removed IS NULL),
    'evidence', (SELECT COALESCE(jsonb_agg(cases.evidence_name(e.number) ORDER BY e.number), '[]') FROM cases.evidence e
      WHERE e.id = ANY (s.evidence))) ORDER BY s.place), '[]') FROM cases.passage s WHERE s.report = r.id);

-- The passages of a draft, written anew as a whole: each is fact or assessment, with a grade; a fact names its basis.
CREATE OR REPLACE FUNCTION cases.write_passages(ctx line.context, f cases.case_file, r cases.report,
  p jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE one jsonb; n integer := 0; sort text; words text; rests text; grade text; credit integer; about uuid[];
things uuid[]; t text; found uuid; crossed record;
BEGIN
  IF jsonb_typeof(p -> 'passages') IS DISTINCT FROM 'array'
    OR jsonb_array_length(p -> 'passages') NOT BETWEEN 1 AND 200 THEN
    PERFORM line.bad('passages', 'must be a list of 1 to 200', 'A report states something.'); END IF;
  DELETE FROM cases.passage s WHERE s.report = r.id;
  PERFORM line.cases_passages_over(r.id, true);
  FOR one IN SELECT * FROM jsonb_array_elements(p -> 'passages') LOOP
    IF jsonb_typeof(one) <> 'object' THEN PERFORM line.bad('passages', 'hold something that is no passage', ''); END IF;
    n := n + 1;
    sort := lower(line.need(one, 'kind', 20)); words := line.need(one, 'text', 20000);
    rests := COALESCE(line.text(one, 'basis', 4000), ''); grade := upper(line.text(one, 'reliability', 1));
    credit := line.int(one, 'credibility', NULL); about := '{}'; things := '{}';
    IF NOT sort = ANY (ARRAY['fact', 'assessment']) THEN
      PERFORM line.bad('kind', 'must be fact or assessment', 'Each statement is one or the other.'); END IF;
    IF sort = 'fact' AND rests = '' THEN
      PERFORM line.refuse(ctx, 'basis', format('Passage %s states a fact without its basis.', n),
        'Name what it rests on, or make it an assessment.'); END IF;
    IF grade IS NULL OR grade !~ '^[A-F]$' OR credit IS NULL OR credit NOT BETWEEN 1 AND 6 THEN
      PERFORM line.refuse(ctx, 'grade', format('Passage %s has no grade.', n),
        'Reliability of the source A to F, credibility of what it says 1 to 6.'); END IF;
    FOREACH t IN ARRAY line.texts(one, 'subjects', 50) LOOP
      SELECT i.object INTO found FROM cases.item i WHERE i.case_id = f.id AND i.removed IS NULL AND (i.printed = t
        OR replace(i.object::text, '-', '') = right(replace(lower(t), '-', ''), 32));
      IF found IS NULL THEN PERFORM line.missing(ctx); END IF;
      about := about || found;
    END LOOP;
    FOREACH t IN ARRAY line.texts(one, 'evidence', 50) LOOP
      SELECT e.id INTO found FROM cases.evidence e WHERE e.case_id = f.id AND cases.evidence_name(e.number) = upper(t);
      IF found IS NULL THEN PERFORM line.missing(ctx); END IF;
      things := things || found;
    END LOOP;
    crossed := line.cases_rests_on(ctx, words || ' . ' || rests, about);
    INSERT INTO cases.passage (report, case_id, place, kind, text, basis, reliability, credibility,
      subjects, evidence, compartment)
      VALUES (r.id, f.id, n, sort, words, rests, grade, credit, about, things, crossed.compartment);
  END LOOP;
  RETURN n;
END $$;

-- ----------------------------------------------------------------------------------------- evidence

-- The item that a call means. Whoever has it in hand, or is offered it, reaches it without its case.
CREATE OR REPLACE FUNCTION cases.found_evidence(ctx line.context, p jsonb) RETURNS cases.evidence
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e cases.evidence; wanted text := upper(COALESCE(line.text(p, 'item', 60), ''));
  named text := upper(split_part(COALESCE(line.text(p, 'case', 100), ''), '@', 1)); of_case uuid;
BEGIN
  IF ctx.kind = 'custody' THEN
    of_case := CASE WHEN named IN ('', split_part(ctx.purpose_key, '@', 1)) THEN ctx.case_id END;
  ELSE
    of_case := (cases.find(ctx, p)).id;
  END IF;
  SELECT * INTO e FROM cases.evidence x WHERE x.case_id = of_case AND (cases.evidence_name(x.number) = wanted
    OR upper(x.barcode) = wanted)
    ORDER BY x.number LIMIT 1;
  IF e.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN e;
END $$;

-- The same for a change. A case that was never opened, or is purged, has none.
CREATE OR REPLACE FUNCTION cases.held_evidence(ctx line.context, p jsonb) RETURNS cases.evidence
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE e cases.evidence := cases.found_evidence(ctx, p);
BEGIN
  PERFORM line.cases_custody_lock(e.case_id);
  SELECT * INTO e FROM cases.evidence x WHERE x.id = e.id FOR UPDATE;
  IF e.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN e;
END $$;

CREATE OR REPLACE FUNCTION cases.evidence_step(ctx line.context, e cases.evidence, act text) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE after text; name text := cases.evidence_name(e.number);
BEGIN
  SELECT t.becomes INTO after FROM cases.evidence_transition t WHERE t.state = e.state AND t.act = evidence_step.act;
  IF after IS NULL THEN PERFORM line.conflict(ctx, 'state', format('%s is %s; nothing follows that.',
    name, e.state), ''); END IF;
  IF act IN ('accept', 'decline') AND e.offered_to IS NULL THEN
    PERFORM line.conflict(ctx, 'state', format('%s isn''t offered to anybody.', name),
      'Its custodian offers it first.'); END IF;
  -- A supervisor's link takes the place of an offer that nobody will answer any more.
  IF act NOT IN ('accept', 'decline', 'reassign') AND e.offered_to IS NOT NULL THEN
    PERFORM line.conflict(ctx, 'offered', format('%s is offered to %s.', name, line.accounts_title(e.offered_to)),
      'It is accepted or declined first.'); END IF;
  RETURN after;
END $$;

-- Who takes it: never its custodian, and somebody who may have it in hand.
CREATE OR REPLACE FUNCTION cases.evidence_taker(ctx line.context, e cases.evidence, p jsonb) RETURNS uuid
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE taker uuid := line.accounts_id(line.need(p, 'to', 63));
BEGIN
  IF taker = e.custodian THEN
    PERFORM line.refuse(ctx, 'two_people', CASE WHEN taker = ctx.account THEN 'Nobody hands an item to themselves.'
      ELSE 'That person has the item in hand already.' END, 'Name the person who takes it.'); END IF;
  IF taker IS NULL OR NOT line.cases_custody_taker(taker, e.case_id) THEN
    PERFORM line.refuse(ctx, 'taker', 'The taker works in neither the case''s unit nor its regime.',
      'Name somebody who does; of a restricted case, one of its members.'); END IF;
  RETURN taker;
END $$;

-- What the bytes of an item come to now. Others than those that were taken in aren't passed on in silence.
CREATE OR REPLACE FUNCTION cases.evidence_digest(ctx line.context, e cases.evidence) RETURNS bytea
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE digest bytea := line.cases_custody_digest(e.id);
BEGIN
  IF e.document IS NOT NULL AND digest IS DISTINCT FROM e.sha256 THEN
    PERFORM line.refuse(ctx, 'hash',
      format('The bytes of %s aren''t those that were taken in: their SHA-256 is another.',
      cases.evidence_name(e.number)),
      'Decline it and say so; the stored file and its backups have to be looked at before anybody signs for it.');
      END IF;
  RETURN digest;
END $$;

DROP FUNCTION IF EXISTS cases.held_evidence(line.context, cases.case_file, jsonb);
DROP FUNCTION IF EXISTS cases.link(line.context, cases.evidence, text, uuid, uuid, text, text);
-- Adds one link. Its seal is a hash over the link and the seal before it, so that no link can be changed alone.
CREATE OR REPLACE FUNCTION cases.link(ctx line.context, e cases.evidence, act text, giver uuid, taker uuid,
  at_place text, why text,
  digest bytea DEFAULT NULL)
RETURNS cases.evidence
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE before bytea; n integer := e.links + 1; after text := e.state;
BEGIN
  IF act <> 'seize' THEN SELECT t.becomes INTO after FROM cases.evidence_transition t WHERE t.state = e.state
    AND t.act = link.act; END IF;
  SELECT c.seal INTO before FROM cases.custody c WHERE c.evidence = e.id AND c.place_in_chain = e.links;
  INSERT INTO cases.custody (evidence, case_id, place_in_chain, act, giver, taker, place, reason, account,
    at, entry, sha256, seal)
    VALUES (e.id, e.case_id, n, act, giver, taker, at_place, why, ctx.account, ctx.at, ctx.entry, digest,
      cases.seal(COALESCE(before, e.sha256, '\x'), e.id, n, act, giver, taker, at_place, why, ctx.account,
        ctx.at, ctx.entry, digest));
  UPDATE cases.evidence x SET links = n, state = after, place = at_place,
    custodian = CASE WHEN act IN ('accept', 'seize') THEN taker WHEN after IN ('returned', 'forfeited', 'destroyed')
      THEN NULL ELSE x.custodian END,
    offered_to = CASE WHEN act IN ('offer', 'reassign') THEN taker END WHERE x.id = e.id RETURNING * INTO e;
  RETURN e;
END $$;

-- A hash that the server computed at this link is sealed with it; links of former versions have none.
CREATE OR REPLACE FUNCTION cases.seal(before bytea, item uuid, n integer, act text, giver uuid,
  taker uuid, place text, why text,
  who uuid, at timestamptz, entry uuid, digest bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN sha256(line.lp(before) || line.lp(convert_to((jsonb_build_array(item, n, act, giver, taker, place, why, who,
  line.stamp(at), entry) || CASE WHEN digest IS NULL THEN '[]'::jsonb
    ELSE jsonb_build_array(encode(digest, 'hex')) END)::text, 'UTF8')));

-- Each link with its seal computed again.
CREATE OR REPLACE FUNCTION cases.fits(x cases.custody, before bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
RETURN x.seal = cases.seal(before, x.evidence, x.place_in_chain, x.act, x.giver, x.taker, x.place, x.reason, x.account,
  x.at, x.entry, x.sha256);

-- How many items a case has, and those of which a seal doesn't fit any more or a link is missing: over all of them, not
-- a page.
CREATE OR REPLACE FUNCTION cases.told_seals(of_case uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('items', count(*), 'links', COALESCE(sum(e.links), 0), 'broken',
  COALESCE(jsonb_agg(cases.evidence_name(e.number) ORDER BY e.number)
    FILTER (WHERE NOT COALESCE(c.fit, false) OR c.n IS DISTINCT FROM e.links), '[]'))
  FROM cases.evidence e LEFT JOIN (SELECT w.evidence, bool_and(cases.fits(w.link, w.before)) AS fit, count(*) AS n
    FROM (SELECT x.evidence, x AS link, COALESCE(lag(x.seal) OVER (PARTITION BY x.evidence ORDER BY x.place_in_chain),
      i.sha256, '\x') AS before
      FROM cases.custody x JOIN cases.evidence i ON i.id = x.evidence WHERE x.case_id = of_case) w
        GROUP BY w.evidence) c ON c.evidence = e.id
  WHERE e.case_id = of_case);

-- The chain with each seal computed again: `sealed` says whether all of them still fit.
CREATE OR REPLACE FUNCTION cases.told_chain(e cases.evidence) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN (SELECT jsonb_build_object('chain', COALESCE(jsonb_agg(jsonb_build_object('n', c.place_in_chain, 'act', c.act,
    'giver', line.accounts_name(c.giver), 'giver_title', line.accounts_title(c.giver), 'taker',
      line.accounts_name(c.taker),
    'taker_title', line.accounts_title(c.taker), 'place', c.place, 'reason', c.reason, 'by',
      line.accounts_name(c.account),
    'by_title', line.accounts_title(c.account), 'at', line.stamp(c.at), 'entry', c.entry, 'seal', encode(c.seal, 'hex'),
    'sha256', encode(c.sha256, 'hex'))
    ORDER BY c.place_in_chain), '[]'), 'sealed', COALESCE(bool_and(c.fits), false) AND count(*) = e.links,
    'cosigned', count(*) FILTER (WHERE c.act = 'accept'))
  FROM (SELECT x.*, cases.fits(x, COALESCE(lag(x.seal) OVER (ORDER BY x.place_in_chain), e.sha256, '\x')) AS fits
    FROM cases.custody x WHERE x.evidence = e.id) c);

CREATE OR REPLACE FUNCTION cases.told_evidence(e cases.evidence) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
RETURN jsonb_build_object('id', e.id, 'item', cases.evidence_name(e.number), 'title', e.title,
  'description', e.description,
  'sha256', encode(e.sha256, 'hex'), 'hashed', CASE WHEN e.sha256 IS NOT NULL THEN CASE WHEN e.document IS NULL
    THEN 'stated' ELSE 'here' END END,
  'document', e.document, 'barcode', e.barcode, 'place', e.place,
  'custodian', line.accounts_name(e.custodian), 'custodian_title', line.accounts_title(e.custodian), 'state', e.state,
  'offered_to', line.accounts_name(e.offered_to), 'offered_to_title',
    line.accounts_title(e.offered_to), 'links', e.links,
  'made', line.stamp(e.made), 'revision', line.revision(to_jsonb(e))) || cases.told_chain(e);

CREATE OR REPLACE FUNCTION cases.evidence_read(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN to_jsonb(cases.held_evidence(ctx, p));
END $$;

-- ------------------------------------------------------------------------------------------- closing

-- What still stands between a case and its closure.
CREATE OR REPLACE FUNCTION cases.closable(ctx line.context, f cases.case_file) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer;
BEGIN
  SELECT count(*) INTO n FROM cases.task t WHERE t.case_id = f.id AND t.state = 'open';
  IF n > 0 THEN PERFORM line.refuse(ctx, 'tasks', format('%s task%s of the case %s open.', n, CASE n
    WHEN 1 THEN '' ELSE 's' END,
    CASE n WHEN 1 THEN 'is' ELSE 'are' END), 'Do them, or drop them with a reason.'); END IF;
  IF EXISTS (SELECT FROM cases.report r WHERE r.case_id = f.id AND r.state = 'in_review') THEN
    PERFORM line.refuse(ctx, 'reports', 'A report of the case waits for review.',
      'Approve or return it first.'); END IF;
  IF EXISTS (SELECT FROM cases.evidence e WHERE e.case_id = f.id AND e.offered_to IS NOT NULL) THEN
    PERFORM line.refuse(ctx, 'custody', 'An item of evidence is between two people.',
      'Accept or decline it first.'); END IF;
END $$;
