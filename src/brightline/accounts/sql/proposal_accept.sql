-- act: change
-- kind: command
-- roles: approver, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- seen: line.accounts_proposal_read
-- params: {proposal, reason}
-- result: the proposal: in force, or in notice until its day
BEGIN
  RETURN line.accounts_proposal_accept(ctx, p);
END
