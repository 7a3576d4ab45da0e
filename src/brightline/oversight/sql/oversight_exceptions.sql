-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {from?, to?}
-- result: {items: [{key, n, kind: self | colleague | family | sessions | copied | late | chain | emergency | unreviewed | refused | audit | refusals | reason | log, title, detail, at, account, crossing, entries: [uuid], state: open | explained, note, explained_by, explained}]}; open ones first, numbered by time
BEGIN
  RETURN jsonb_build_object('items', line.oversight_exceptions(COALESCE(line.time(p, 'from'), '-infinity'), COALESCE(line.time(p, 'to'), 'infinity')));
END
