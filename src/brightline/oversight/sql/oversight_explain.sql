-- act: read-log
-- kind: command
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- unread: an exception is explained once, and what was written stays
-- params: {key, note}: what an overseer found about an exception
-- result: {key, n, kind: self | colleague | family | sessions | copied | late | chain | refusals | reason | log, title, detail, at, account, crossing, entries: [uuid], state: open | explained, note, explained_by, explained}
BEGIN
  RETURN line.oversight_explain(ctx, p);
END
