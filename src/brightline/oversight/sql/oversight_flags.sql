-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {state?, kind?, account?, from?, to?, limit?, offset?}
-- result: {items: [{flag, kind, state, account, account_title, purpose, whom, whom_title, list, at, found, entries, figures, version, remarks}], total, open, read_to, behind}; open ones first
BEGIN
  RETURN line.oversight_flags(ctx, p);
END
