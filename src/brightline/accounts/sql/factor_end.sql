-- act: change
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- params: {id}
-- result: {id, ended}
BEGIN
  RETURN line.accounts_factor_end(ctx, p);
END
