-- act: change
-- kind: command
-- roles: steward, admin, supervisor, approver, overseer
-- purposes: desk, oversight
-- inquiry: optional
-- seen: line.accounts_proposal_read
-- params: {proposal, reason}
-- result: the proposal, withdrawn
BEGIN
  RETURN line.accounts_proposal_withdraw(ctx, p);
END
