-- act: change
-- kind: command
-- roles: supervisor
-- purposes: case
-- inquiry: optional
-- params: {case?, report, reason?, keys?, document?}; keys and document are search words made of the text
-- result: {id, number, step, title, state, corrects, corrected_by, author, author_title, made, submitted, decided_by, decided_by_title, decided, reason}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  r cases.report := cases.held_report(ctx, f, p);
  after text;
  words text;
  day date := (ctx.at AT TIME ZONE 'UTC')::date;
  label integer := line.case_marking(ctx.authority);
BEGIN
  PERFORM cases.working(ctx, f);
  PERFORM cases.reviewing(ctx, f, r);
  after := cases.report_step(ctx, r, 'approve');
  SELECT string_agg(s.text, E'\n\n' ORDER BY s.place) INTO words FROM cases.passage s WHERE s.report = r.id;
  UPDATE cases.report x SET state = after, decided_by = ctx.account, decided = ctx.at, reason = COALESCE(line.text(p, 'reason', 4000), '')
    WHERE x.id = r.id RETURNING * INTO r;
  -- From now on it is found by a search under this case's purposes, and nowhere else.
  INSERT INTO content.record (id, source, source_key, version, hash, payload, marking, compartment)
    VALUES (r.id, 'case', r.id::text, 1, sha256(convert_to(words, 'UTF8')),
      jsonb_build_object('report', r.number, 'title', r.title, 'passages', cases.told_passages(r)), label, f.id);
  INSERT INTO content.aspect (id, record, source, entity, cluster, marking, compartment, schema, caption, properties, original, keys, text, first, last)
    VALUES (gen_random_uuid(), r.id, 'case', r.id, r.id, label, f.id, 'Note', format('Report %s: %s', r.number, r.title),
      jsonb_build_object('description', jsonb_build_array(words), 'date', jsonb_build_array(day)),
      jsonb_build_object('description', jsonb_build_array(words)), line.texts(p, 'keys', 5000),
      to_tsvector('pg_catalog.simple', left(COALESCE(line.text(p, 'document', 200000), words), 200000)), day, day);
  PERFORM line.event(ctx, 'report', r.id, f.id, format('approved report %s', r.number), NULL, jsonb_build_object('number', r.number));
  PERFORM line.cases_tell(ctx, r.author, 'report', format('report %s was approved', r.number), f.id, r.id, '{}');
  RETURN cases.told_report(r);
END
