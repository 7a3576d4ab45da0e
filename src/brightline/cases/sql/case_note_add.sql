-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {case?, text, kind: fact | assessment, basis?, reliability?, credibility?, about?: [ids], corrects?, keys?,
--   document?}; keys and document are search words made of the text
-- result: {id, at, crossing}; crossing names the one that the note rests on, and with which it ends
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  words text := line.need(p, 'text', 100000);
  sort text := lower(line.need(p, 'kind', 20));
  rests text := COALESCE(line.text(p, 'basis', 4000), '');
  -- Rule 6: an entry without a grade says that none can be given, F6 of the Admiralty scale.
  grade text := COALESCE(upper(line.text(p, 'reliability', 1)), 'F');
  credit integer := line.int(p, 'credibility', 6);
  named text[] := line.texts(p, 'about', 50);
  old uuid;
  about uuid[] := '{}';
  one jsonb;
  t text;
  made uuid := gen_random_uuid();
  label integer := line.case_marking(ctx.authority);
  room uuid;
  crossed record;
BEGIN
  PERFORM cases.working(ctx, f);
  IF NOT sort = ANY (ARRAY['fact', 'assessment']) THEN
    PERFORM line.bad('kind', 'must be fact or assessment', 'Each statement is one or the other.'); END IF;
  IF sort = 'fact' AND rests = '' THEN
    PERFORM line.refuse(ctx, 'basis', 'A fact rests on something.',
      'Name its basis: the record, document or person it comes from.'); END IF;
  IF grade !~ '^[A-F]$' THEN PERFORM line.bad('reliability', 'must be a letter from A to F', ''); END IF;
  IF credit NOT BETWEEN 1 AND 6 THEN PERFORM line.bad('credibility', 'must be a number from 1 to 6', ''); END IF;
  FOREACH t IN ARRAY named LOOP
    one := cases.seen(t);
    IF one IS NULL THEN PERFORM line.missing(ctx); END IF;
    about := about || (one ->> 'id')::uuid;
  END LOOP;
  IF line.text(p, 'corrects', 60) IS NOT NULL THEN
    SELECT n.id INTO old FROM cases.note n WHERE n.case_id = f.id
      AND replace(n.id::text, '-', '') = right(replace(lower(line.text(p, 'corrects', 60)), '-', ''), 32);
    IF old IS NULL THEN PERFORM line.missing(ctx); END IF;
  END IF;
  -- Written on crossed material it belongs to the crossing: its compartment, the strictest of its markings, its end.
  crossed := line.cases_rests_on(ctx, words || ' . ' || rests, about || old);
  room := COALESCE(crossed.compartment, f.id); label := COALESCE(crossed.marking, label);
  INSERT INTO cases.note (id, case_id, kind, basis, reliability, credibility, about, corrects, account, compartment)
    VALUES (made, f.id, sort, rests, grade, credit, about, old, ctx.account, crossed.compartment);
  INSERT INTO content.record (id, source, source_key, version, hash, payload, marking, compartment)
    VALUES (made, 'case', made::text, 1, sha256(convert_to(words, 'UTF8')),
      jsonb_build_object('text', words, 'kind', sort, 'basis', rests), label, room);
  INSERT INTO content.aspect (id, record, source, entity, cluster, marking, compartment, schema,
    caption, properties, original,
      keys, text, first, last)
    VALUES (gen_random_uuid(), made, 'case', made, made, label, room, 'Note', 'Note: ' ||
      left(regexp_replace(words, '\s+', ' ', 'g'), 100),
      jsonb_build_object('description', jsonb_build_array(words), 'date',
        jsonb_build_array(to_char(ctx.at AT TIME ZONE 'UTC', 'YYYY-MM-DD'))),
      jsonb_build_object('description', jsonb_build_array(words)), line.texts(p, 'keys', 5000),
      to_tsvector('pg_catalog.simple', COALESCE(line.text(p, 'document', 200000), words)),
      (ctx.at AT TIME ZONE 'UTC')::date, (ctx.at AT TIME ZONE 'UTC')::date);
  PERFORM line.cases_match_due(f.id, 'words', made);
  PERFORM line.event(ctx, 'note', made, f.id, 'wrote a note', NULL,
    jsonb_build_object('id', 'case-' || replace(made::text, '-', ''), 'kind', sort));
  RETURN jsonb_build_object('id', 'case-' || replace(made::text, '-', ''), 'at', line.stamp(ctx.at), 'crossing',
    line.cases_crossing_name(crossed.compartment));
END
