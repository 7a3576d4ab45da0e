-- act: enter
-- kind: command
-- roles: any
-- purposes: none
-- inquiry: optional
-- unread: makes a new thing, and changes none that is there
-- params: {proof} of one's password, or {code} of a second factor
-- result: {attempt}: counted, not compared yet; what needs it names it and is the next call
BEGIN
  RETURN line.accounts_prove(ctx, p);
END
