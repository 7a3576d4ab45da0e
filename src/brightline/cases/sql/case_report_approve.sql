-- act: change
-- kind: command
-- roles: supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.report_read
-- params: {case?, report, reason?, parts?: {crossing or '': {keys, document}}}; keys and document are search words made
--   of a part's text
-- result: {id, number, step, title, state, corrects, corrected_by, author, author_title, made, submitted, decided_by,
--   decided_by_title, decided, reason}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  r cases.report := cases.held_report(ctx, f, p);
  after text;
  part record;
  room uuid;
  made uuid;
  label integer;
  found jsonb;
  day date := (ctx.at AT TIME ZONE 'UTC')::date;
BEGIN
  PERFORM cases.working(ctx, f);
  PERFORM cases.reviewing(ctx, f, r);
  after := cases.report_step(ctx, r, 'approve');
  IF line.cases_passages_over(r.id, false) > 0 THEN
    PERFORM line.conflict(ctx, 'crossed', 'Passages of it rest on a crossing that is over.',
      'Return it: its author writes it anew without them.'); END IF;
  UPDATE cases.report x SET state = after, decided_by = ctx.account, decided = ctx.at,
    reason = COALESCE(line.text(p, 'reason', 4000), '')
    WHERE x.id = r.id RETURNING * INTO r;
  -- From now on it is found by a search under this case's purposes, and nowhere else; what rests on a crossing, in that
  -- crossing's compartment and until its end.
  FOR part IN SELECT s.compartment, line.cases_crossing_name(s.compartment) AS crossing, string_agg(s.text, E'\n\n'
    ORDER BY s.place) AS words
      FROM cases.passage s WHERE s.report = r.id GROUP BY s.compartment LOOP
    room := COALESCE(part.compartment, f.id);
    label := COALESCE(line.cases_derived_marking(part.compartment), line.case_marking(ctx.authority));
    made := CASE WHEN part.compartment IS NULL THEN r.id ELSE md5(r.id::text || room::text)::uuid END;
    found := p #> ARRAY['parts', COALESCE(part.crossing, '')];
    INSERT INTO content.record (id, source, source_key, version, hash, payload, marking, compartment)
      VALUES (made, 'case', made::text, 1, sha256(convert_to(part.words, 'UTF8')), jsonb_build_object('report',
        r.number, 'title', r.title,
        'passages', (SELECT jsonb_agg(x) FROM jsonb_array_elements(cases.told_passages(r)) x
          WHERE x ->> 'crossing' IS NOT DISTINCT FROM part.crossing)),
        label, room);
    INSERT INTO content.aspect (id, record, source, entity, cluster, marking, compartment, schema, caption, properties,
      original, keys, text, first, last)
      VALUES (gen_random_uuid(), made, 'case', r.id, r.id, label, room, 'Note',
        format('Report %s: %s', r.number, r.title),
        jsonb_build_object('description', jsonb_build_array(part.words), 'date', jsonb_build_array(day)),
        jsonb_build_object('description', jsonb_build_array(part.words)),
          line.texts(COALESCE(found, '{}'), 'keys', 5000),
        to_tsvector('pg_catalog.simple', left(COALESCE(line.text(COALESCE(found, '{}'), 'document', 200000),
          part.words), 200000)), day, day);
  END LOOP;
  PERFORM line.cases_match_due(f.id, 'words', r.id);
  PERFORM line.event(ctx, 'report', r.id, f.id, format('approved report %s', r.number), NULL,
    jsonb_build_object('number', r.number));
  PERFORM line.cases_tell(ctx, r.author, 'report', format('report %s was approved', r.number), f.id, r.id, '{}');
  RETURN cases.told_report(r);
END
