-- act: read-log
-- kind: query
-- roles: overseer
-- purposes: oversight
-- inquiry: optional
-- params: {flag}
-- result: as in oversight_flags, with evidence: [{entry, index, at, act, name, outcome, unit, regime, account, purpose, reason}], verdicts: [{verdict, remarks, by, at}]
BEGIN
  RETURN line.oversight_flag(ctx, p);
END
