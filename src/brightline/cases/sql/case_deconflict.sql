-- act: search
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: required
-- unread: asks, and changes nothing
-- params: {case?, key, kind, groups?: [[search key]], needed?, from?, to?}; groups and needed are made of the key, and
--   an address or place is parsed here. A planned event has days, 31 at most. Checks are counted by inquiry
-- result: {kind, told: [{unit, unit_title, contact, kind}], left, compared: null, or of an address {number, street,
--   town}}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  most constant integer := 20;
  sort text := lower(line.need(p, 'kind', 20));
  asked text := line.need(p, 'key', 300);
  groups jsonb := COALESCE(p -> 'groups', '[]');
  needed text := line.text(p, 'needed', 100);
  first_day date := line.date(p, 'from');
  last_day date := COALESCE(line.date(p, 'to'), line.date(p, 'from'));
  parts jsonb;
  n integer;
  told jsonb;
BEGIN
  PERFORM cases.belonging(ctx, f);
  PERFORM cases.working(ctx, f);
  IF NOT sort = ANY (ARRAY['phone', 'email', 'account', 'plate', 'number', 'name', 'address', 'event']) THEN
    PERFORM line.bad('kind', 'is unknown', 'phone, email, account, plate, number, name, address or event.'); END IF;
  IF jsonb_typeof(groups) <> 'array' OR jsonb_array_length(groups) > 20
     OR EXISTS (SELECT FROM jsonb_array_elements(groups) g WHERE jsonb_typeof(g) <> 'array') THEN
    PERFORM line.bad('groups', 'are no list of lists', 'Send keys as they are made of the text.'); END IF;
  IF sort = 'name' AND (needed !~ '^\d{4}-\d{2}-\d{2}$' OR needed IS NULL OR jsonb_array_length(groups) < 2)
     OR sort NOT IN ('name', 'address', 'event') AND (jsonb_array_length(groups) = 0
       OR jsonb_array_length(groups -> 0) = 0) THEN
    PERFORM line.bad('key', 'is too little to compare',
      'A number; a full name with a birth date; an address with its number, street and town.'); END IF;
  IF sort IN ('address', 'event') THEN parts := line.cases_address(asked); END IF;
  IF sort = 'address' AND parts IS NULL THEN
    PERFORM line.bad('key', 'is no address with a number and a street',
      'Write number, street and town: 72 Tower Street, Lower Thorne.'); END IF;
  IF sort = 'event' AND (first_day IS NULL OR last_day < first_day OR last_day > first_day + 30
    OR first_day < CURRENT_DATE OR first_day > CURRENT_DATE + 365) THEN
    PERFORM line.bad('from', 'names no days of a planned event',
      'The place as key, and from and to: days from today on, at most 31, within a year.'); END IF;
  IF sort = 'event' AND length(btrim(asked)) < 6 THEN
    PERFORM line.bad('key', 'is too little to compare', 'Write the place, best with number, street and town.'); END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('deconflict ' || ctx.inquiry::text, 0));
  SELECT count(*) INTO n FROM cases.checked c WHERE c.inquiry = ctx.inquiry;
  IF n >= most THEN
    PERFORM line.refuse(ctx, 'rate', format('%s checks were made under this inquiry.', most),
      'Open another inquiry and say what is new.'); END IF;
  INSERT INTO cases.checked (case_id, inquiry, account) VALUES (f.id, ctx.inquiry, ctx.account);
  told := line.cases_deconflict(ctx, f.id, sort, asked, groups, needed, first_day, last_day);
  -- The case's history says that it was checked, and what was heard: nothing, where nothing may be told.
  PERFORM line.event(ctx, 'deconfliction', f.id, f.id, 'checked a key: ' || sort, NULL,
    jsonb_build_object('told', told));
  RETURN jsonb_build_object('kind', sort, 'told', told, 'left', most - n - 1, 'compared', parts, '_count', 0);
END
