-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- seen: cases.report_read
-- params: {case?, report?, step: opening | continuing | closing | information, title, corrects?, passages: [{kind,
--   text, basis, reliability, credibility, subjects, evidence}]}; with report the draft of that number is written anew
-- result: {id, number, step, title, state, corrects, corrected_by, author, author_title, made, submitted, decided_by,
--   decided_by_title, decided, reason} with passages
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  sort text := lower(COALESCE(line.text(p, 'step', 20), 'continuing'));
  words text := line.need(p, 'title', 300);
  r cases.report;
  old cases.report;
BEGIN
  PERFORM cases.working(ctx, f);
  IF NOT sort = ANY (ARRAY['opening', 'continuing', 'closing', 'information']) THEN
    PERFORM line.bad('step', 'is unknown', 'opening, continuing, closing or information.'); END IF;
  IF length(words) < 3 THEN PERFORM line.bad('title', 'is too short', 'Say what the report is about.'); END IF;
  IF line.int(p, 'corrects', NULL) IS NOT NULL THEN
    SELECT * INTO old FROM cases.report x WHERE x.case_id = f.id AND x.number = line.int(p, 'corrects', NULL);
    IF old.id IS NULL THEN PERFORM line.missing(ctx); END IF;
    IF old.state <> 'approved' THEN
      PERFORM line.conflict(ctx, 'state', format('Report %s isn''t approved yet.', old.number),
        'Change it instead.'); END IF;
  END IF;
  IF line.int(p, 'report', NULL) IS NOT NULL THEN
    r := cases.held_report(ctx, f, p);
    IF r.author <> ctx.account THEN PERFORM line.refuse(ctx, 'author', 'Only its author changes a draft.',
      'Write a report of your own.'); END IF;
    PERFORM cases.report_step(ctx, r, 'submit');
    UPDATE cases.report x SET step = sort, title = words, corrects = old.id WHERE x.id = r.id RETURNING * INTO r;
  ELSE
    INSERT INTO cases.report (id, case_id, number, step, title, corrects, author) VALUES (gen_random_uuid(), f.id,
      (SELECT COALESCE(max(x.number), 0) + 1 FROM cases.report x WHERE x.case_id = f.id), sort, words, old.id,
        ctx.account) RETURNING * INTO r;
    PERFORM line.event(ctx, 'report', r.id, f.id, 'began a report', NULL, jsonb_build_object('number', r.number, 'step',
      sort, 'corrects', old.number));
  END IF;
  PERFORM cases.write_passages(ctx, f, r, p);
  RETURN cases.told_report(r) || jsonb_build_object('passages', cases.told_passages(r));
END
