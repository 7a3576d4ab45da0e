-- act: view
-- kind: query
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {}
-- result: {kind, time, memory, lanes, length, salt} of one's own password
BEGIN
  RETURN line.accounts_challenge(ctx);
END
