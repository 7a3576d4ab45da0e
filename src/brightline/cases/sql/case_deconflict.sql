-- act: search
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- unread: asks, and changes nothing
-- params: {case?, key, kind, groups: [[search key]], needed?, words?}; groups, needed and words are made of the key. Checks are counted by inquiry
-- result: {kind, told: [{unit, unit_title, contact, kind}], left}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  most constant integer := 20;
  sort text := lower(line.need(p, 'kind', 20));
  asked text := line.need(p, 'key', 300);
  groups jsonb := COALESCE(p -> 'groups', '[]');
  needed text := line.text(p, 'needed', 100);
  words text := line.text(p, 'words', 1000);
  n integer;
  told jsonb;
BEGIN
  PERFORM cases.belonging(ctx, f);
  PERFORM cases.working(ctx, f);
  IF NOT sort = ANY (ARRAY['phone', 'email', 'account', 'plate', 'number', 'name', 'address']) THEN
    PERFORM line.bad('kind', 'is unknown', 'phone, email, account, plate, number, name or address.'); END IF;
  IF jsonb_typeof(groups) <> 'array' OR jsonb_array_length(groups) > 20
     OR EXISTS (SELECT FROM jsonb_array_elements(groups) g WHERE jsonb_typeof(g) <> 'array') THEN
    PERFORM line.bad('groups', 'are no list of lists', 'Send keys as they are made of the text.'); END IF;
  IF sort = 'name' AND (needed IS NULL OR jsonb_array_length(groups) < 2) OR sort = 'address' AND words IS NULL
     OR sort NOT IN ('name', 'address') AND jsonb_array_length(groups) = 0 THEN
    PERFORM line.bad('key', 'is too little to compare', 'A number; a full name with a birth date; an address with its number and street.'); END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('deconflict ' || ctx.inquiry::text, 0));
  SELECT count(*) INTO n FROM cases.checked c WHERE c.inquiry = ctx.inquiry;
  IF n >= most THEN
    PERFORM line.refuse(ctx, 'rate', format('%s checks were made under this inquiry.', most), 'Open another inquiry and say what is new.'); END IF;
  INSERT INTO cases.checked (case_id, inquiry, account) VALUES (f.id, ctx.inquiry, ctx.account);
  told := line.cases_deconflict(ctx, f.id, sort, groups, needed, words);
  -- The case's history says that it was checked, and what was heard: nothing, where nothing may be told.
  PERFORM line.event(ctx, 'deconfliction', f.id, f.id, 'checked a key: ' || sort, NULL, jsonb_build_object('told', told));
  RETURN jsonb_build_object('kind', sort, 'told', told, 'left', most - n - 1, '_count', 0);
END
