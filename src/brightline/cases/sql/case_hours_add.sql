-- act: change
-- kind: command
-- roles: agent, analyst, supervisor
-- purposes: case
-- inquiry: optional
-- unread: adds a row beside the others, which stay as they are
-- params: {case?, day, activity: investigation | records | interview | surveillance | court | travel | writing | other,
--   minutes, note?}: one's own
-- result: {id, day, minutes, of_day}
DECLARE
  f cases.case_file := cases.hold(ctx, p);
  on_day date := COALESCE(line.date(p, 'day'), (ctx.at AT TIME ZONE 'UTC')::date);
  did text := lower(COALESCE(line.text(p, 'activity', 20), 'investigation'));
  n integer := line.int(p, 'minutes', NULL);
  total integer;
  made uuid;
BEGIN
  PERFORM cases.belonging(ctx, f);
  PERFORM cases.working(ctx, f);
  IF n IS NULL OR n NOT BETWEEN 1 AND 1440 THEN
    PERFORM line.bad('minutes', 'must be 1 to 1440', 'At most a day.'); END IF;
  IF NOT did = ANY (ARRAY['investigation', 'records', 'interview', 'surveillance', 'court', 'travel',
    'writing', 'other']) THEN
    PERFORM line.bad('activity', 'is unknown',
      'investigation, records, interview, surveillance, court, travel, writing or other.'); END IF;
  IF on_day > (ctx.at AT TIME ZONE 'UTC')::date + 1 OR on_day < (ctx.at AT TIME ZONE 'UTC')::date - 366 THEN
    PERFORM line.bad('day', 'lies in the future or more than a year back',
      'Write hours down when they are worked.'); END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('hours ' || ctx.account::text, 0));
  total := line.cases_minutes(ctx.account, on_day) + n;
  IF total > 1440 THEN PERFORM line.refuse(ctx, 'hours', 'That would make more than 24 hours on one day.',
    'Void what is wrong first.'); END IF;
  INSERT INTO cases.hours (case_id, account, day, activity, minutes, note)
    VALUES (f.id, ctx.account, on_day, did, n, COALESCE(line.text(p, 'note', 1000), '')) RETURNING id INTO made;
  PERFORM line.event(ctx, 'hours', made, f.id, 'wrote down hours', NULL, jsonb_build_object('day', on_day,
    'minutes', n, 'activity', did));
  RETURN jsonb_build_object('id', made, 'day', on_day, 'minutes', n, 'of_day', total, '_count',
    jsonb_build_object('minutes', n, 'month', to_char(on_day, 'YYYY-MM')));
END
