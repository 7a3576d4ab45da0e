-- act: view
-- kind: query
-- roles: agent, analyst, supervisor, overseer
-- purposes: case, desk, oversight
-- inquiry: optional
-- token: yes
-- params: {case?}
-- result: {hours: [{id, account, title, day, activity, minutes, note, at, voided, why_void}], minutes, weeks: [{week,
--   minutes, activities: {activity: minutes}}], people: [{account, title, minutes}]}
DECLARE
  f cases.case_file := cases.find(ctx, p);
BEGIN
  RETURN jsonb_build_object(
    'hours', (SELECT COALESCE(jsonb_agg(jsonb_build_object('id', h.id, 'account', line.accounts_name(h.account),
      'title', line.accounts_title(h.account),
        'day', h.day, 'activity', h.activity, 'minutes', h.minutes, 'note', h.note, 'at', line.stamp(h.at),
          'voided', h.voided IS NOT NULL,
        'why_void', h.why_void) ORDER BY h.day DESC, h.at DESC, h.id), '[]') FROM cases.hours h WHERE h.case_id = f.id),
    'minutes', (SELECT COALESCE(sum(h.minutes), 0) FROM cases.hours h WHERE h.case_id = f.id AND h.voided IS NULL),
    'weeks', (SELECT COALESCE(jsonb_agg(jsonb_build_object('week', w.week, 'minutes', w.minutes, 'activities',
      w.activities) ORDER BY w.week), '[]')
      FROM (SELECT g.week, sum(g.minutes) AS minutes, jsonb_object_agg(g.activity, g.minutes) AS activities
        FROM (SELECT to_char(h.day, 'IYYY-"W"IW') AS week, h.activity, sum(h.minutes) AS minutes FROM cases.hours h
          WHERE h.case_id = f.id AND h.voided IS NULL GROUP BY 1, 2) g GROUP BY g.week) w),
    'people', (SELECT COALESCE(jsonb_agg(jsonb_build_object('account', line.accounts_name(w.account), 'title',
      line.accounts_title(w.account),
        'minutes', w.minutes) ORDER BY w.minutes DESC, w.account), '[]')
      FROM (SELECT h.account, sum(h.minutes) AS minutes FROM cases.hours h WHERE h.case_id = f.id
        AND h.voided IS NULL GROUP BY 1) w));
END
