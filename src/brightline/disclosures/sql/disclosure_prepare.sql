-- act: disclosure
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {items: [printed ids], fields, recipient, address, recipient_kind, rules_accepted?, request?, purpose,
--   need_to_know, right_to_know, nature, others_justified?, caveats?}
-- result: {disclosure, people: {category: n, total}, needs_second, left_out: [source that lets nothing leave], …head}
DECLARE
  named text[] := line.texts(p, 'items', 1000);
  wanted text[] := ARRAY(SELECT DISTINCT btrim(x) FROM unnest(line.texts(p, 'fields', 60)) x);
  kind text := lower(line.need(p, 'recipient_kind', 40));
  asked text := COALESCE(line.text(p, 'request', 4000), '');
  others text := COALESCE(line.text(p, 'others_justified', 2000), '');
  d disclosures.disclosure; t text; one jsonb; tally jsonb := '{"total": 0}'; marks integer[]; barred text[];
  category text; members uuid[]; done uuid[] := '{}'; m uuid; kept integer; newest date; schema text; printed text;
  stays text[]; left_out text[] := '{}';
  f cases.case_file; stated text; unnamed text; held text[] := '{}';
BEGIN
  SELECT * INTO f FROM cases.case_file c WHERE c.id = ctx.case_id;
  PERFORM cases.working(ctx, f);
  IF named = '{}' THEN PERFORM line.bad('items', 'is empty', 'Name what should leave.'); END IF;
  IF wanted = '{}' THEN PERFORM line.bad('fields', 'is empty', 'Name the fields that the recipient needs.'); END IF;
  IF wanted && ARRAY['ethnicity', 'religion', 'political', 'sexualOrientation'] THEN
    PERFORM line.refuse(ctx, 'trait', 'A protected trait is never disclosed.', 'Leave the field out.'); END IF;
  IF NOT kind = ANY (ARRAY['law_enforcement', 'court', 'prosecutor', 'regulator', 'victim_services',
    'subject', 'other']) THEN
    PERFORM line.bad('recipient_kind', 'is unknown',
      'Use law_enforcement, court, prosecutor, regulator, victim_services, subject or other.'); END IF;
  IF kind = 'law_enforcement' AND length(asked) < 20 THEN
    PERFORM line.refuse(ctx, 'request',
      'A release to a law-enforcement body rests on its head''s written request: portion and activity.',
      'Put the request''s words or reference into `request` (552a(b)(7)).'); END IF;
  IF line.date(p, 'rules_accepted') IS NULL AND kind <> 'subject' AND kind <> 'court' THEN
    PERFORM line.refuse(ctx, 'rules', 'The recipient has not accepted the handling rules.',
      'Name the day on which it did (28 CFR 23.20(f)).'); END IF;
  IF line.date(p, 'rules_accepted') > CURRENT_DATE THEN
    PERFORM line.bad('rules_accepted', 'lies in the future',
      'Name the day on which the recipient did accept them.'); END IF;
  FOREACH stated IN ARRAY ARRAY['purpose', 'need_to_know', 'right_to_know', 'nature', 'recipient', 'address'] LOOP
    PERFORM line.need(p, stated, 4000); END LOOP;
  IF length(line.text(p, 'purpose')) < 40 OR length(line.text(p, 'need_to_know')) < 20
    OR length(line.text(p, 'right_to_know')) < 20
     OR length(line.text(p, 'recipient')) < 3 OR length(line.text(p, 'address')) < 8
       OR length(line.text(p, 'nature')) < 5 THEN
    PERFORM line.refuse(ctx, 'stated',
      'Purpose (40 characters), need and right to know (20 each), nature, recipient and address must be stated.',
      'They go into the accounting of disclosures (552a(c)(1)).'); END IF;
  IF line.disclosures_inside(line.text(p, 'recipient'), line.text(p, 'address')) THEN
    PERFORM line.refuse(ctx, 'inside', 'The recipient is of this house: a disclosure is what leaves it.',
      'What another unit needs here is opened to it by a crossing, which both sides and an approver look at.'); END IF;
  INSERT INTO disclosures.disclosure (number, case_id, unit, regime, authority, recipient, address, recipient_kind,
    rules_accepted, request,
      purpose, need_to_know, right_to_know, nature, others_justified, caveats, fields, requester)
    VALUES (line.disclosures_number(), ctx.case_id, ctx.unit, ctx.regime, ctx.authority, line.text(p, 'recipient'),
      line.text(p, 'address'), kind,
      line.date(p, 'rules_accepted'), asked, line.text(p, 'purpose'), line.text(p, 'need_to_know'),
        line.text(p, 'right_to_know'),
      line.text(p, 'nature'), others, COALESCE(line.text(p, 'caveats', 2000), ''), wanted,
        ctx.account) RETURNING * INTO d;
  FOREACH t IN ARRAY named LOOP
    one := cases.seen(t);
    IF one IS NULL THEN PERFORM line.missing(ctx); END IF;
    -- Whatever id it is called by, an entity is all that this purpose joins into it without a crossing's help; what a
    -- source lets nobody pass on stays behind.
    members := disclosures.joined((one ->> 'id')::uuid, ctx.case_id);
    CONTINUE WHEN done && members;
    done := done || members;
    SELECT r.category INTO category FROM cases.person_role r WHERE r.case_id = ctx.case_id AND r.entity = ANY (members)
      AND r.to_time IS NULL LIMIT 1;
    kept := 0; stays := '{}';
    FOREACH m IN ARRAY members LOOP
      SELECT array_agg(DISTINCT a.marking), max(a.last), min(a.schema), cases.printed(min(a.source), m,
        bool_or(a.schema = 'Value'))
        INTO marks, newest, schema, printed FROM content.aspect a WHERE a.entity = m
          AND (a.compartment IS NULL OR a.compartment = ctx.case_id);
      CONTINUE WHEN marks IS NULL;
      held := ARRAY(SELECT k FROM unnest(held) k UNION SELECT k FROM content.aspect a, jsonb_object_keys(a.properties) k
        WHERE a.entity = m AND (a.compartment IS NULL OR a.compartment = ctx.case_id));
      one := cases.seen(m::text);
      IF category IS NULL AND one -> 'schemata' ? 'Person' THEN unnamed := COALESCE(unnamed || ', ', '') || t; END IF;
      barred := line.disclosures_barred(marks);
      IF cardinality(barred) > 0 THEN stays := stays || barred; CONTINUE; END IF;
      kept := kept + 1;
      INSERT INTO disclosures.item (disclosure, entity, printed, schema, category, reliability, currency)
        VALUES (d.id, m, printed, schema, category, line.disclosures_reliability(marks), newest);
    END LOOP;
    IF kept = 0 AND cardinality(stays) = 0 THEN
      PERFORM line.refuse(ctx, 'crossed', 'What was seen by a crossing alone doesn''t leave.',
        'Have its holder disclose it.');
    ELSIF kept = 0 THEN
      PERFORM line.refuse(ctx, 'redistribution', format('The agreement with %s lets nothing leave.',
        array_to_string(stays, ', ')),
        'Leave these items out, or have the agreement changed.'); END IF;
    left_out := left_out || stays;
    IF category IS NOT NULL THEN
      tally := jsonb_set(tally, ARRAY[category], to_jsonb(COALESCE((tally ->> category)::integer, 0) + 1));
      tally := jsonb_set(tally, '{total}', to_jsonb((tally ->> 'total')::integer + 1)); END IF;
  END LOOP;
  -- A field that nothing holds would be approved and accounted for, and never leave.
  IF NOT wanted <@ held THEN
    PERFORM line.refuse(ctx, 'fields', format('None of the named items holds: %s.',
        (SELECT string_agg(x, ', ' ORDER BY x) FROM unnest(wanted) x WHERE NOT x = ANY (held))),
      format('Leave it out. They hold: %s.', (SELECT string_agg(x, ', ' ORDER BY x) FROM unnest(held) x))); END IF;
  IF unnamed IS NOT NULL THEN
    PERFORM line.refuse(ctx, 'category', format('These people have no category in the case: %s.', unnamed),
      'Put each into the case with a category first; without one nothing about a person can be exported.'); END IF;
  IF tally ?| ARRAY['victim', 'witness', 'associate', 'other'] AND length(others) < 20 THEN
    PERFORM line.refuse(ctx, 'others', 'People who are no suspects are left out unless it is said why they are needed.',
      'Leave them out, or say it in `others_justified` in at least 20 characters.'); END IF;
  UPDATE disclosures.disclosure x SET people = tally WHERE x.id = d.id RETURNING * INTO d;
  PERFORM line.event(ctx, 'disclosure', d.id, ctx.case_id, 'prepared a disclosure', NULL,
    jsonb_build_object('disclosure', d.number, 'recipient', d.recipient, 'people', tally));
  RETURN disclosures.head(d) || jsonb_build_object('left_out', ARRAY(SELECT DISTINCT x FROM unnest(left_out) x
    ORDER BY 1), '_shown', (SELECT jsonb_agg(i.entity) FROM disclosures.item i WHERE i.disclosure = d.id));
END
