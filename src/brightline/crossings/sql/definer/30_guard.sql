-- Around a crossing's decision: the papers that a statute of secrecy asks for, the legal review before it, the
-- emergency path instead of waiting for it, the overseer's audit after it.
-- callers: none

-- {caveat, reference, document} of the request, each checked: the rulebook knows the paper that opens this caveat, and
-- the document lies in the asking case. Answers {caveat, kind, reference, document, name, sha256}.
CREATE OR REPLACE FUNCTION line.crossing_instruments(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE i jsonb; made jsonb := '[]'; named text; cited text; paper uuid; d record;
BEGIN
  IF p -> 'instruments' IS NULL OR p -> 'instruments' = 'null' THEN RETURN made; END IF;
  IF jsonb_typeof(p -> 'instruments') <> 'array' OR jsonb_array_length(p -> 'instruments') > 5 THEN
    PERFORM line.bad('instruments', 'must be a list of at most 5',
      'Each names caveat, reference and document.'); END IF;
  FOR i IN SELECT * FROM jsonb_array_elements(p -> 'instruments') LOOP
    IF jsonb_typeof(i) <> 'object' THEN PERFORM line.bad('instruments', 'holds something that is no instrument',
      'Name caveat, reference and document.'); END IF;
    named := lower(line.need(i, 'caveat', 40)); cited := line.need(i, 'reference', 400);
    paper := line.uuid(i, 'document');
    IF line.crossing_form(named) IS NULL THEN
      PERFORM line.bad('instruments', 'names a caveat that no instrument opens',
        'See crossing.instruments of the rulebook.'); END IF;
    IF length(cited) < 10 THEN
      PERFORM line.bad('instruments', 'names no order or form',
      'Court, number and date; or the statute''s form and its number.'); END IF;
    SELECT x.id, x.name, x.sha256 INTO d FROM cases.document x WHERE x.id = paper AND x.case_id = ctx.case_id;
    IF d.id IS NULL THEN
      PERFORM line.refuse(ctx, 'document', 'The order or form isn''t among the documents of this case.',
        'Add it with case document add, then name its id.'); END IF;
    made := made || jsonb_build_object('caveat', named, 'kind', line.crossing_form(named), 'reference',
      cited, 'document', d.id,
      'name', d.name, 'sha256', encode(d.sha256, 'hex'));
  END LOOP;
  RETURN made;
END $$;

-- The paper itself, for whoever reviews or decides outside the chains, and for overseers.
-- callers: reader
CREATE OR REPLACE FUNCTION line.crossing_paper(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE c line.crossing := line.crossing_find(ctx, p); wanted uuid := line.uuid(p, 'document');
side text := line.crossing_side(ctx, c); d cases.document;
BEGIN
  IF side = 'overseer' OR (side = 'approver' AND NOT ctx.account = ANY (line.crossing_sides(c))) THEN
    SELECT * INTO d FROM cases.document x
      WHERE x.id = wanted AND EXISTS (SELECT FROM jsonb_array_elements(c.instruments) i
        WHERE i ->> 'document' = wanted::text);
  END IF;
  IF d.id IS NULL THEN PERFORM line.missing(ctx); END IF;
  RETURN jsonb_build_object('id', d.id, 'name', d.name, 'media_type', d.media_type, 'size', d.size, 'sha256',
    encode(d.sha256, 'hex'),
    'content_base64', translate(encode(d.content, 'base64'), E'\n', ''), '_shown', jsonb_build_array(d.id));
END $$;

-- -------------------------------------------------------------------------------------- legal review

-- One lawyer says whether the law permits it, another person decides. Whoever reviews stands on no side, then or now.
-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_review(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); after text := line.crossing_step(ctx, c, 'review');
  found text := lower(line.need(p, 'finding', 20)); why text := COALESCE(line.text(p, 'reason', 4000), '');
  papers text[] := line.texts(p, 'covers', 5);
  now_chain uuid[] := line.crossing_chain(c.id, c.beneficiary, c.requester);
BEGIN
  IF line.crossing_side(ctx, c) <> 'approver' THEN
    PERFORM line.refuse(ctx, 'side', 'An approver reviews the law of a crossing.', ''); END IF;
  IF ctx.account = ANY (line.crossing_sides(c)) THEN
    PERFORM line.refuse(ctx, 'chain',
      'You belong to one of the two sides of this crossing, or did when it was requested.',
      'An approver from outside both chains has to review it.'); END IF;
  PERFORM line.decider(ctx, c.chain || now_chain, true);
  IF c.reviewed_by IS NOT NULL AND NOT c.reviewed_by = ANY (now_chain) THEN
    PERFORM line.conflict(ctx, 'reviewed', 'It is reviewed already.',
      'A review stays; another approver decides.'); END IF;
  IF NOT found = ANY (ARRAY['permitted', 'not_permitted']) THEN
    PERFORM line.bad('finding', 'must be permitted or not_permitted', ''); END IF;
  IF length(why) < 40 THEN
    PERFORM line.bad('reason', 'has fewer than 40 characters',
      'Say which section permits it or doesn''t, and for which purpose.'); END IF;
  IF EXISTS (SELECT FROM unnest(papers) v WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(c.instruments) i
    WHERE i ->> 'caveat' = v)) THEN
    PERFORM line.bad('covers', 'names a caveat for which the request brings no instrument',
      'Confirm those that you have read.'); END IF;
  UPDATE line.crossing x SET state = after, reviewed = ctx.at, reviewed_by = ctx.account,
    finding = found, review_text = why,
    covers = CASE found WHEN 'permitted' THEN papers ELSE '{}' END WHERE x.id = c.id RETURNING * INTO c;
  RETURN line.crossing_head(c);
END $$;

-- ----------------------------------------------------------------------------------------- emergency

-- What harm is imminent; '' when the request can wait for its decision.
CREATE OR REPLACE FUNCTION line.crossing_danger(ctx line.context, p jsonb, c line.crossing) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE said text := COALESCE(line.text(p, 'danger', 4000), ''); fault text[];
BEGIN
  IF said = '' THEN RETURN ''; END IF;
  IF ctx.kind <> 'case' THEN PERFORM line.refuse(ctx, 'emergency', 'Only a case uses the emergency path.',
    'Ask without it.'); END IF;
  IF c.links OR c.starts IS NOT NULL THEN
    PERFORM line.refuse(ctx, 'emergency', 'An emergency opens no links and doesn''t begin later.',
      'Leave both out, or ask without the emergency.'); END IF;
  fault := line.reason_fault(ctx.account, said);
  IF fault[1] NOT IN ('reason_repeated', 'reason_copied') THEN
    PERFORM line.refuse(ctx, 'danger', fault[2], 'Say which harm to whom is imminent, and how you know.'); END IF;
  RETURN said;
END $$;

-- Two people of the asking unit: who asked, and a supervisor who opens. Nothing but the day's rest is theirs to decide.
-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_open(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); side text := line.crossing_side(ctx, c);
  after text := line.crossing_step(ctx, c, 'open');
  b line.purpose; most integer := LEAST(line.rule_int('crossing.emergency_hours'), 24);
BEGIN
  SELECT * INTO b FROM line.purpose x WHERE x.id = c.beneficiary;
  IF NOT (side = 'supervisor' OR (side = 'beneficiary' AND line.cases_capacity(ctx.account, ctx.case_id) =
    'supervisor')) OR ctx.account = c.requester THEN
    PERFORM line.refuse(ctx, 'side', 'A supervisor of the asking unit opens an emergency; who asked doesn''t.',
      'Call one of them.'); END IF;
  IF c.danger = '' THEN
    PERFORM line.refuse(ctx, 'emergency', 'This request names no danger.',
      'Wait for its decision, or ask anew and say which harm is imminent.'); END IF;
  IF b.state <> 'active' OR b.expires <= clock_timestamp() THEN
    PERFORM line.conflict(ctx, 'purpose', 'The purpose that asked isn''t open any more.', ''); END IF;
  PERFORM line.crossing_may_hurry(ctx, b.unit);
  UPDATE line.crossing x SET state = after, opened = ctx.at, opened_by = ctx.account, open_until =
    LEAST(ctx.at + make_interval(hours => most), c.expires),
    chain = ARRAY(SELECT DISTINCT u FROM unnest(x.chain || ctx.account) u ORDER BY 1)
      WHERE x.id = c.id RETURNING * INTO c;
  PERFORM line.crossing_lay_open(ctx, c, '[]', NULL, c.open_until);
  PERFORM line.crossing_alarm(ctx, c, b);
  PERFORM line.crossing_tell(ctx, c, 'crossing opened as an emergency');
  RETURN line.crossing_head(c);
END $$;

-- An emergency that nobody bore out: its review refused it, its day passed without a decision, or it was revoked before
-- one. A revocation ends it sooner, it doesn't answer whether it was right to open it.
CREATE OR REPLACE FUNCTION line.crossing_unborne(c line.crossing) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN c.opened IS NOT NULL AND (line.crossing_state(c) IN ('unreviewed', 'refused') OR c.state = 'revoked'
  AND c.decided IS NULL);

-- A unit that has one of those opens none before an overseer has audited it; and no unit opens many.
CREATE OR REPLACE FUNCTION line.crossing_may_hurry(ctx line.context, of_unit text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE n integer; owed text;
BEGIN
  SELECT c.number INTO owed FROM line.crossing c JOIN line.purpose p ON p.id = c.beneficiary
    WHERE p.unit = of_unit AND line.crossing_unborne(c) ORDER BY c.opened LIMIT 1;
  IF owed IS NOT NULL THEN
    PERFORM line.refuse(ctx, 'unreviewed',
      format('The emergency %s of this unit wasn''t borne out by a review, and isn''t audited yet.', owed),
      'The unit opens none until an overseer has audited it; ask for an ordinary decision.'); END IF;
  SELECT count(*) INTO n FROM line.crossing c JOIN line.purpose p ON p.id = c.beneficiary
    WHERE p.unit = of_unit AND c.opened > clock_timestamp() - interval '30 days';
  IF n >= line.rule_int('crossing.emergency_per_unit') THEN
    PERFORM line.refuse(ctx, 'often', format('This unit has opened %s emergencies in the last 30 days.', n),
      'Ask for an ordinary decision.'); END IF;
END $$;

-- Overseers, the custodians and who may review or decide hear of it at once, wherever they are. A notice tells no
-- content.
CREATE OR REPLACE FUNCTION line.crossing_alarm(ctx line.context, c line.crossing, b line.purpose) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO cases.notice (account, kind, what, case_id, object, detail)
    SELECT DISTINCT g.account, 'crossing', format('%s was opened as an emergency by %s and waits for its review',
      c.number, line.accounts_unit_title(b.unit)),
      b.case_id, c.id, jsonb_build_object('crossing', c.number, 'open_until', line.stamp(c.open_until))
    FROM line.role_grant g WHERE line.accounts_live(g) AND EXISTS (SELECT FROM cases.case_file f WHERE f.id = b.case_id)
      AND g.account <> ctx.account AND (g.role IN ('overseer', 'approver')
        OR g.role IN ('supervisor', 'steward') AND g.unit = ANY (line.crossing_custodians(c.id)))
$$;

-- --------------------------------------------------------------------------------------------- audit

-- callers: writer
CREATE OR REPLACE FUNCTION line.crossing_audit(ctx line.context, p jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c line.crossing := line.crossing_find(ctx, p); how text := line.crossing_state(c);
  after text := line.crossing_step(ctx, c, 'audit');
  said text := lower(line.need(p, 'verdict', 20)); words text := COALESCE(line.text(p, 'remarks', 4000), '');
BEGIN
  IF line.crossing_side(ctx, c) <> 'overseer' THEN
    PERFORM line.refuse(ctx, 'side', 'Overseers audit crossings.', ''); END IF;
  IF ctx.account = ANY (line.crossing_sides(c)) OR ctx.account IN (c.decided_by, c.reviewed_by) THEN
    PERFORM line.refuse(ctx, 'chain', 'You had a part in this crossing.', 'Another overseer audits it.'); END IF;
  PERFORM line.decider(ctx, c.chain || c.decided_by || c.reviewed_by);
  IF NOT said = ANY (ARRAY['proper', 'flawed', 'unlawful']) THEN
    PERFORM line.bad('verdict', 'must be proper, flawed or unlawful', ''); END IF;
  IF length(words) < 20 THEN
    PERFORM line.bad('remarks', 'has fewer than 20 characters', 'Say what you looked at and what you found.'); END IF;
  UPDATE line.crossing x SET state = after, ended_as = how, audited = ctx.at, audited_by = ctx.account,
    verdict = said, remarks = words
    WHERE x.id = c.id RETURNING * INTO c;
  RETURN line.crossing_head(c);
END $$;
