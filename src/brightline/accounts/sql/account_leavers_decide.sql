-- act: change
-- kind: command
-- roles: admin, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- seen: line.accounts_leavers_read
-- params: {leavers, approve, reason}
-- result: {id, state, left, sessions_ended, …}
BEGIN
  RETURN line.accounts_leavers_decide(ctx, p);
END
