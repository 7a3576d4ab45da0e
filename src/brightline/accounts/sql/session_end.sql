-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {session}
-- result: {session, ended}
BEGIN
  RETURN line.accounts_session_end(ctx, p);
END
