-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {}
-- result: {sessions: [{id, opened, seen, expires, client, bound, recheck_by}]}
BEGIN
  RETURN line.accounts_sessions(ctx);
END
