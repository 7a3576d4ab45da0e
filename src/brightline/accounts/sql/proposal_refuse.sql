-- act: change
-- kind: command
-- roles: approver, supervisor, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- seen: line.accounts_proposal_read
-- params: {proposal, reason}
-- result: the proposal, refused
BEGIN
  RETURN line.accounts_proposal_refuse(ctx, p);
END
