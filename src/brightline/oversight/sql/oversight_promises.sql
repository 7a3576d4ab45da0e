-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {limit?, offset?}
-- result: {items: [{kind, id, of, account, since, late, why}], total, late}: what is promised and not done, what is
--   late first
BEGIN
  RETURN line.oversight_promises(p);
END
